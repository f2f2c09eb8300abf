/** Hands what the worker made to the browser's downloads. */
import { saveFile } from '../../parts/save-file.js';
import type { Download } from './subject.js';

export function saveDownload({ name, type, bytes }: Download): void {
  saveFile(name, new Blob([bytes], { type }));
}
