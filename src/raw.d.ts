/** Files that are put into others as texts: styles and scripts of a page, scripts in Python. */
declare module '*?raw' {
  const text: string;
  export default text;
}
