// @ts-check
import { readFileSync } from 'node:fs';
import js from '@eslint/js';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * The way through the house: which folder may import which (test/unit/layers.test.ts holds it too).
 * @type {Record<string, string[]>}
 */
const layers = JSON.parse(readFileSync('tools/layers.json', 'utf8'));

const zones = Object.entries(layers).map(([target, allowed]) => ({
  target: `./${target}`,
  from: './src',
  except: allowed.map((folder) => folder.replace('src/', './')),
  message: `${target} may import only ${allowed.join(', ')} (tools/layers.json).`,
}));

/** The same as in tsconfig.json. */
const PEER_FILES = ['bench/src/contestants/jax.ts', 'bench/src/contestants/tfjs*.ts', 'bench/src/pages/*.ts'];

export default defineConfig(
  { ignores: ['dist', 'dist-site', 'dist-docs', 'screenshots', 'test-results', 'bench/dist', 'bench/node_modules'] },
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: {
      'import-x/resolver-next': [
        createNodeResolver({ extensions: ['.ts', '.tsx', '.js'], extensionAlias: { '.js': ['.ts', '.tsx', '.js'] } }),
      ],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
    },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-default-export': 'error',
      'max-lines': ['error', 400],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Every random number comes from a seed: src/core/random.ts.' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'Program > VariableDeclaration[kind="let"]', message: 'No state in a module.' },
        {
          selector: 'Program > ExportNamedDeclaration > VariableDeclaration[kind="let"]',
          message: 'No state in a module.',
        },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // A field is left out of an object by taking it apart.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
    },
  },
  { files: ['src/**/*.{ts,tsx}'], rules: { 'import-x/no-restricted-paths': ['error', { zones }] } },
  {
    files: ['*.ts', '*.js', '*.cjs', 'bench/*.ts', 'test/**', '**/*.d.ts'],
    rules: { 'import-x/no-default-export': 'off' },
  },
  // What imports the benchmark's peers is linted without types: they are installed in bench/ only, if at all. The types
  // are checked there (`npm run check` in bench/).
  { files: PEER_FILES, extends: [tseslint.configs.disableTypeChecked] },
  { files: ['**/*.js', '**/*.cjs'], extends: [tseslint.configs.disableTypeChecked] },
  {
    files: ['examples/**/*.js'],
    languageOptions: {
      globals: { console: 'readonly', document: 'readonly', location: 'readonly', URLSearchParams: 'readonly' },
    },
  },
  { files: ['**/*.cjs'], languageOptions: { globals: { module: 'writable' } } },
);
