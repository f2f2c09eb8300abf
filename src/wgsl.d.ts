/** A shader, linked to plain WGSL at build time (tools/vite-wgsl.ts). */
declare module '*.wgsl' {
  const source: string;
  export default source;
}

/** The shaders that a pack lists, by the names it has for them (tools/vite-wgsl.ts). */
declare module '*.pack' {
  const texts: Readonly<Record<string, string>>;
  export default texts;
}

/** The same in the form that is shipped: short names, each declaration once. */
declare module '*.pack?short' {
  const texts: Readonly<Record<string, string>>;
  export default texts;
}
