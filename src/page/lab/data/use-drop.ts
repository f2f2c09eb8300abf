/** Files that are dragged over an element and dropped on it. A drop within another takes it for itself. */
import { useSignal } from '@preact/signals';
import { droppedFiles } from './gather-files.js';

export function useDrop(onFiles: (files: Promise<readonly File[]>) => void) {
  const isOver = useSignal(false);
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
  const handlers = {
    onDragOver(event: DragEvent) {
      if (!hasFiles(event)) return;
      event.preventDefault();
      event.dataTransfer!.dropEffect = 'copy';
      isOver.value = true;
    },
    onDragLeave(event: DragEvent & { readonly currentTarget: Node }) {
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) isOver.value = false;
    },
    onDrop(event: DragEvent) {
      if (!hasFiles(event)) return;
      event.preventDefault();
      isOver.value = false;
      onFiles(droppedFiles(event.dataTransfer!));
    },
  };
  return { isOver: isOver.value, handlers };
}
