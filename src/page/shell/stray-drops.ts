/** Files that are dropped beside a place for them do nothing; the browser would leave the page and show the file instead. */
export function refuseStrayDrops(): void {
  const refuse = (event: DragEvent) => {
    // Whoever takes files has said so already, on the way up here.
    if (event.defaultPrevented || !event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'none';
  };
  addEventListener('dragover', refuse);
  addEventListener('drop', refuse);
}
