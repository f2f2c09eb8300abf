/** How classes are told apart: by colour and by the shape of their marks. Beyond ten, colours come again with other shapes. */
const COUNT = 10;

/** @returns a custom property of tokens.css */
export function classColor(label: number): string {
  return `--class-${label % COUNT}`;
}

/** @returns a shape of parts/marks.ts */
export function classShape(label: number): number {
  return (label + Math.floor(label / COUNT)) % COUNT;
}
