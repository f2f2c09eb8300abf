/**
 * Where adapters come from, as a type: WebGPU's own `GPU` where a program's types know it (TypeScript's library DOM from
 * version 6, or `@webgpu/types`), else its one method that is called. So the declarations of this library stand by
 * themselves, with any library and any version of TypeScript.
 */
export type GpuSource = typeof globalThis extends { readonly GPU: { readonly prototype: infer G } } ? G : AdapterSource;

/** What `navigator.gpu` is where the types of a program do not say. */
export interface AdapterSource {
  /** An adapter, or nothing where there is none. */
  requestAdapter(options?: object): Promise<unknown>;
}
