/**
 * Where bytes come from: a file on disk, a URL, a file dropped on a page, bytes in memory. Readers see nothing else, so
 * they read the same in a browser and in Node. Types, and the files that need neither; it opens nothing by itself.
 */

/** A file to read, which is never held as a whole unless its reader has to. */
export interface DataFile {
  /** As sentences about it name it: a path, an address, a dropped file's name. */
  readonly name: string;
  /** Bytes; undefined where that is not known beforehand. */
  readonly size: number | undefined;
  /** The bytes from the first one on. Each call begins anew. */
  stream(): ReadableStream<Uint8Array>;
}

/** Finds the files that a run names. Relative paths are relative to the run. */
export interface FileOpener {
  /** @throws DataError if there is no such file, or it cannot be read */
  open(path: string): Promise<DataFile>;
  /** The files in a folder and in the folders inside it, sorted by name; left out where there are no folders. */
  listFolder?(path: string): Promise<readonly DataFile[]>;
}

/** Bytes that are in memory already. */
export function memoryFile(name: string, bytes: Uint8Array | string): DataFile {
  const content = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  return {
    name,
    size: content.byteLength,
    stream: () =>
      new ReadableStream({
        start(controller) {
          controller.enqueue(content);
          controller.close();
        },
      }),
  };
}
