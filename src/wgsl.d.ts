/** A shader, linked to plain WGSL at build time (tools/vite-wgsl.ts). */
declare module '*.wgsl' {
  const source: string;
  export default source;
}

/** The same under a condition of `@if`. */
declare module '*.wgsl?inStorage' {
  const code: string;
  export default code;
}

declare module '*.wgsl?alone' {
  const code: string;
  export default code;
}
