/** What kind of file it is that was dropped as a model: by its first bytes, and by its name only where they do not tell. */
export type Kind = 'safetensors' | 'onnx' | 'json' | 'zip' | 'pickle' | 'hdf5' | 'empty' | 'other';

export function kindOfFile(bytes: Uint8Array, name: string): Kind {
  if (bytes.length === 0) return 'empty';
  const starts = (...start: readonly number[]) => start.every((byte, i) => bytes[i] === byte);
  if (starts(0x50, 0x4b)) return 'zip';
  if (starts(0x89, 0x48, 0x44, 0x46)) return 'hdf5';
  if (starts(0x80) && /\.(pt|pth|pkl|bin)$/i.test(name)) return 'pickle';
  // Eight bytes for a length, then JSON.
  if (bytes[8] === 0x7b && (bytes[7] === 0 || /\.safetensors$/i.test(name))) return 'safetensors';
  if (/^\s*\{/.test(new TextDecoder().decode(bytes.subarray(0, 64)).replace(/^\uFEFF/, ''))) return 'json';
  if (/\.safetensors$/i.test(name)) return 'safetensors';
  return /\.onnx$/i.test(name) ? 'onnx' : 'other';
}
