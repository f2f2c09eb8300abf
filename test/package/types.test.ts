/**
 * The package's types in a program of somebody else's, checked down to the last declaration (`skipLibCheck: false`), as
 * bundlers and as Node look packages up, with the types of a page and with those of Node alone.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, inject, test } from 'vitest';

const CONSUMER = inject('consumer');

const PAGE = `
import { adam, article, dense, earlyStopping, type GpuSource, type Model, sequential, train } from 'idli';

const model: Model = sequential([dense(4, { activation: 'tanh' }), dense(1)], { inputs: 2, seed: 1 });
const callbacks = [earlyStopping({ patience: 3 })];
const training = model.fit([[0, 1]], [[1]], { loss: 'meanSquaredError', optimizer: adam(), epochs: 2, callbacks });
for await (const { epoch, logs } of training) console.log(epoch + logs.loss);
const losses: readonly number[] = (await training).loss;
const gpu: GpuSource | undefined = undefined;
const { history } = await train(article, { backend: 'cpu', gpu });
console.log(losses, history.loss[0]);
`;

const NODE = `${PAGE}
import { openNodeGpu } from 'idli/node';
const node = await openNodeGpu({ driver: 'software' });
await model.predict([[0, 1]], { gpu: node.gpu });
node.close();
`;

/** What a page has beside: WebGPU's own type is that of the library. */
const WITH_DOM = `${PAGE}
const own: GpuSource = navigator.gpu;
console.log(own);
`;

/** What the compiler says of a program in the consumer's folder. */
function complaints(name: string, program: string, lib: string, lookup: 'bundler' | 'nodenext'): string {
  const file = join(CONSUMER, `${name}.ts`);
  writeFileSync(file, program);
  const { options, errors } = ts.convertCompilerOptionsFromJson(
    {
      ...{ noEmit: true, strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, target: 'ES2022' },
      ...{ module: lookup === 'nodenext' ? 'nodenext' : 'esnext', moduleResolution: lookup, lib: lib.split(',') },
      types: program.includes('idli/node') ? ['node'] : [],
    },
    CONSUMER,
  );
  const compiled = ts.createProgram([file], options, hostOf(options));
  const found = [...errors, ...ts.getPreEmitDiagnostics(compiled)];
  return ts.formatDiagnostics(found, { getCurrentDirectory: () => CONSUMER, getCanonicalFileName: String, getNewLine });
}

const getNewLine = () => '\n';

/** The compiler's own libraries are read once for all programs: most of the time is theirs. */
function hostOf(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  return {
    ...host,
    getCurrentDirectory: () => CONSUMER,
    getSourceFile(name, version, ...rest) {
      if (!name.includes('/typescript/lib/')) return host.getSourceFile(name, version, ...rest);
      const known = LIBRARIES.get(name) ?? host.getSourceFile(name, version, ...rest);
      LIBRARIES.set(name, known);
      return known;
    },
  };
}

const LIBRARIES = new Map<string, ts.SourceFile | undefined>();

test.each([
  ['page-bundler', WITH_DOM, 'ES2022,DOM,DOM.Iterable', 'bundler'],
  ['page-node', WITH_DOM, 'ES2022,DOM', 'nodenext'],
  ['node-bundler', NODE, 'ES2022', 'bundler'],
  ['node-node', NODE, 'ES2022', 'nodenext'],
] as const)('%s', (name, program, lib, lookup) => {
  expect(complaints(name, program, lib, lookup)).toBe('');
});

test('control: a program that is wrong is not compiled', () => {
  const wrong = NODE.replace("activation: 'tanh'", "activation: 'tan'");
  expect(complaints('wrong', wrong, 'ES2022', 'bundler')).toContain('"tan"');
});
