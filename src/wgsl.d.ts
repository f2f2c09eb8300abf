/** A shader, linked to plain WGSL at build time (tools/vite-wgsl.ts). */
declare module '*.wgsl' {
  const source: string;
  export default source;
}
