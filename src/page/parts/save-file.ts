/** Hands a file to the browser's downloads. Nothing leaves the page: the link leads to the page's own memory. */

/** How long a browser may take to begin with a download. */
const KEPT = 60_000;

export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT);
}

export function saveText(name: string, text: string, type: string): void {
  saveFile(name, new Blob([text], { type: `${type};charset=utf-8` }));
}

export async function saveCanvas(name: string, canvas: HTMLCanvasElement): Promise<void> {
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
  if (!blob) throw new Error('The browser could not make a picture of the chart.');
  saveFile(name, blob);
}

/** A title as the name of a file: `idli-loss-per-epoch.png`. */
export function fileNameOf(title: string, extension: string): string {
  const words = title
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  return `idli-${words || 'chart'}.${extension}`;
}
