/** A formula, typeset at build time as HTML and MathML (tools/vite-tex.ts). */
declare module '*.tex' {
  const html: string;
  export default html;
}

/** A shader whose workgroup is one invocation (tools/vite-wgsl.ts). */
declare module '*.wgsl?alone' {
  const source: string;
  export default source;
}
