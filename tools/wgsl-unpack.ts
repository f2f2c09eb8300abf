/**
 * Puts shaders together again from what wgsl-pack.ts made of them: the one file of tools/ that ships. A shader is what
 * it alone declares, with all that this names of the library, and what that names in turn.
 */

/** The name that a declaration declares. */
export function declaredName(declaration: string): string {
  return /(?:fn|const|struct|override|alias|var(?:<[^>]*>)?) ?(\w+)/.exec(declaration)?.[1] ?? '';
}

/**
 * @param library declarations, one a line
 * @param own of each shader, what it alone declares
 * @returns the whole text of each shader
 */
export function unpack(library: string, own: Readonly<Record<string, string>>): Record<string, string> {
  const declarations = new Map(library.split('\n').map((line) => [declaredName(line), line]));
  return Object.fromEntries(
    Object.entries(own).map(([name, text]) => {
      const parts = new Set([text]);
      // What is added while the set is gone through is gone through too.
      for (const part of parts) {
        for (const word of part.match(/[A-Za-z_]\w*/g) ?? []) {
          const declaration = declarations.get(word);
          if (declaration) parts.add(declaration);
        }
      }
      return [name, [...parts].join('\n')];
    }),
  );
}
