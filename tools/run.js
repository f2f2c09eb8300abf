/** Runs a script of this folder that is written in TypeScript, by Vite: `node tools/run.js size`. Node 20 cannot by itself. */
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';
import { runnerImport } from 'vite';

const { module } = await runnerImport(fileURLToPath(new URL(`./${process.argv[2]}.ts`, import.meta.url)));
process.exitCode = await module.main();
