/**
 * The lab's results on the page as it is published: a network is saved and opened again and answers the same bits, files are predicted,
 * code and link are copied, and what is no model or no run is refused in a sentence that changes nothing.
 */
import type { Page } from 'puppeteer';
import { describe, expect, test } from 'vitest';
import type { LabState } from '../../src/page/lab/lab-state.js';
import { expectAccessible } from './accessible.js';
import { bitsOf, labState, openLab, press as pressTraining, reached } from './lab-driver.js';
import { dropFiles, overflowOf, press, textMatching, textOf } from './page-driver.js';
import { inEachBrowser, type PageTests, pageTests } from './page-tests.js';

const PANEL = '#lab-results';
const SMALL: Partial<LabState['run']['training']> = { epochs: 3 };

const small = (training = SMALL) =>
  labState((one) => ({ ...one, run: { ...one.run, training: { ...one.run.training, ...training } } }));

/** Keeps what is downloaded and copied where the test finds it. */
function keepWhatIsTaken(): void {
  const taken = { blobs: [] as Blob[], names: [] as string[], copied: [] as string[] };
  Object.assign(globalThis, { taken });
  const make = URL.createObjectURL.bind(URL);
  URL.createObjectURL = (blob: Blob) => (taken.blobs.push(blob), make(blob));
  HTMLAnchorElement.prototype.click = function (this: HTMLAnchorElement) {
    taken.names.push(this.download);
  };
  const writeText = (text: string) => Promise.resolve(void taken.copied.push(text));
  Object.defineProperty(navigator, 'clipboard', { value: { writeText } });
}

interface Taken {
  readonly blobs: Blob[];
  readonly names: string[];
  readonly copied: string[];
}

async function lastFile(page: Page, count: number): Promise<{ readonly name: string; readonly content: Uint8Array }> {
  await page.waitForFunction((n) => (globalThis as unknown as { taken: Taken }).taken.names.length >= n, {}, count);
  const { name, bytes } = await page.evaluate(async () => {
    const { blobs, names } = (globalThis as unknown as { taken: Taken }).taken;
    return { name: names.at(-1)!, bytes: Array.from(new Uint8Array(await blobs.at(-1)!.arrayBuffer())) };
  });
  return { name, content: Uint8Array.from(bytes) };
}

const copied = (page: Page) =>
  page
    .waitForFunction(() => (globalThis as unknown as { taken: Taken }).taken.copied.at(-1))
    .then((one) => one.jsonValue());

async function open(tests: PageTests, state = small()): Promise<Page> {
  return tests.keep(await openLab(tests.browser(), state, keepWhatIsTaken));
}

/** The network's answer to the fields as they stand. */
async function answer(page: Page): Promise<string> {
  const found = await page.waitForSelector(`${PANEL} .prediction`);
  return (await found!.evaluate((one) => (one as HTMLElement).dataset['outputs']))!;
}

async function train(page: Page): Promise<void> {
  await pressTraining(page, 'Start');
  expect(await reached(page, 'done', 'failed')).toMatch(/^done/);
  await textMatching(page, PANEL, /the weights after epoch 3/);
}

inEachBrowser('a network', (tests) => {
  test('is saved and opened again, in each format, and answers the same bits', async () => {
    const page = await open(tests);
    await train(page);
    const before = await answer(page);
    const names = [];
    for (const [i, format] of ['IDLI model', 'ONNX', 'PyTorch', 'JSON'].entries()) {
      await press(page, 'Save the model', 'tab');
      await press(page, `Save as ${format}`);
      const file = await lastFile(page, i + 1);
      names.push(file.name);
      await press(page, 'Open a model', 'tab');
      await dropFiles(page, '#results-open', [file]);
      await textMatching(page, `${PANEL} .in-use`, new RegExp(`In use: ${file.name}`));
      await textMatching(page, PANEL, new RegExp(`the weights of ${file.name}`));
      await page.waitForSelector(`${PANEL} .measures td`);
      expect(await answer(page), format).toBe(before);
      await press(page, 'Use what was trained here');
      await textMatching(page, PANEL, /the weights after epoch 3/);
    }
    const start = 'idli-spirals-2-32-32-1';
    expect(names).toEqual([`${start}.safetensors`, `${start}.onnx`, `${start}-pytorch.zip`, `${start}.json`]);
  });
});

describe('the results', () => {
  const tests = pageTests('chromium');

  test('refuse what is no model, in a sentence, and keep what was there', async () => {
    const page = await open(tests);
    await train(page);
    const before = await answer(page);
    await press(page, 'Open a model', 'tab');
    const zip = Uint8Array.from([0x50, 0x4b, 5, 6, ...Array.from({ length: 18 }, () => 0)]);
    for (const [name, content, sentence] of [
      ['notes.txt', 'hello', /^notes\.txt: found something else, expected a model: safetensors, ONNX/],
      ['empty.onnx', '', /^empty\.onnx: found an empty file/],
      ['broken.onnx', 'no protobuf', /^broken\.onnx: found no ONNX file, or one that is damaged/],
      [
        'net.pt',
        Uint8Array.from([0x80, 2, 0x8a]),
        /^net\.pt: found a file of torch\.save.*safetensors\.torch\.save_file/,
      ],
      [
        'run.json',
        '{"data":{},"model":{"layers":[{"units":1}]},"training":{}}',
        /model\.weights: found nothing.*This run/,
      ],
      ['nothing.zip', zip, /^nothing\.zip: found no models among its 0 files/],
    ] as const) {
      await dropFiles(page, '#results-open', [{ name, content }]);
      await textMatching(page, `${PANEL} .problem:not(:empty)`, sentence);
    }
    expect(await answer(page)).toBe(before);
    expect(await page.$(`${PANEL} .in-use`)).toBeNull();
  });

  test('predict a file: columns that are not there are named, predictions stand behind those that are', async () => {
    const page = await open(tests);
    await train(page);
    await press(page, 'Predict a file', 'tab');
    const columns = await page.$$eval(`${PANEL} [data-input]`, (all) =>
      all.map((one) => (one as HTMLElement).dataset['input']!),
    );
    expect(columns).toHaveLength(2);
    const [a] = columns as [string];
    await dropFiles(page, '#results-file', [{ name: 'few.csv', content: `id,${a}\none,0.5\n` }]);
    await textMatching(
      page,
      `${PANEL} .problem:not(:empty)`,
      new RegExp(`^few\\.csv: found no column "${columns[1]}"`),
    );
    await dropFiles(page, '#results-file', [
      { name: 'rows.csv', content: `id,${columns.join(',')}\none,0.5,0.25\n"a, b",-0.5,0\n` },
    ]);
    await textMatching(page, `${PANEL} .predicted`, /2 rows of rows\.csv/);
    await press(page, 'Save with predictions');
    const { name, content } = await lastFile(page, 1);
    expect(name).toBe('rows-predicted.csv');
    const lines = new TextDecoder().decode(content).trim().split('\r\n');
    expect(lines[0]).toMatch(new RegExp(`^id,${columns.join(',')},predicted .*,probability of `));
    expect(lines[1]).toMatch(/^one,0\.5,0\.25,[^,]+,0\.\d{8,}$/);
    expect(lines[2]).toMatch(/^"a, b",-0\.5,0,/);
  });

  test('copy a link that trains to the same bits in another page', async () => {
    const page = await open(tests, small({ epochs: 3, batchSize: 50 }));
    await train(page);
    const bits = await bitsOf(page);
    await press(page, 'This run', 'tab');
    await press(page, 'Copy link');
    const link = await copied(page);
    expect(link).toMatch(/#lab\/[\w-]+$/);
    // With a storage of its own, as on another machine.
    const other = await open(tests);
    await other.goto('about:blank');
    await other.goto(link!);
    await pressTraining(other, 'Start');
    await reached(other, 'done', 'failed');
    expect(await bitsOf(other)).toBe(bits);
    // Control: the start of the lab is another run.
    const plain = await open(tests);
    await train(plain);
    expect(await bitsOf(plain)).not.toBe(bits);
  });

  test('save the run and open it, and refuse what is none', async () => {
    const page = await open(tests, small({ epochs: 3, batchSize: 50 }));
    await press(page, 'This run', 'tab');
    await press(page, 'Save the run');
    const { name, content } = await lastFile(page, 1);
    expect(name).toBe('idli-spirals-run.json');
    const run = JSON.parse(new TextDecoder().decode(content)) as LabState['run'];
    expect(run.training).toMatchObject({ epochs: 3, batchSize: 50 });
    for (const [bad, sentence] of [
      ['{', /bad\.json, its text: found text that is no JSON/],
      [JSON.stringify({ ...run, training: { ...run.training, epochs: 0 } }), /bad\.json, training\.epochs: found 0/],
      [JSON.stringify({ model: run.model }), /bad\.json, data: found/],
    ] as const) {
      await dropFiles(page, '#results-run', [{ name: 'bad.json', content: bad }]);
      await textMatching(page, `${PANEL} .problem:not(:empty)`, sentence);
    }
    const changed = JSON.stringify({ ...run, training: { ...run.training, epochs: 7 } });
    await dropFiles(page, '#results-run', [{ name: 'seven.json', content: changed }]);
    await textMatching(page, PANEL, /seven\.json is open/);
    await pressTraining(page, 'Start');
    expect(await reached(page, 'done', 'failed')).toBe('done: Done, epoch 7 of 7.');
  });

  test('say which files a link does not carry', async () => {
    const page = await open(
      tests,
      labState((one) => ({ ...one, run: { ...one.run, data: { csv: 'iris.csv', target: 'kind' } } })),
    );
    await press(page, 'This run', 'tab');
    expect(await textOf(page, `${PANEL} [data-files]`)).toMatch(/asked for “iris\.csv” by that name/);
  });

  test('write code before anything is trained, and copy it', async () => {
    const page = await open(tests);
    await press(page, 'As code', 'tab');
    await textMatching(page, `${PANEL} .code`, /sequential\(layers, \{ inputs: 2, seed: 1 \}\)/);
    await press(page, 'PyTorch', 'tab');
    await textMatching(page, `${PANEL} .code`, /nn\.Linear\(2, 32\)/);
    await press(page, 'Copy code');
    expect(await copied(page)).toBe(await page.$eval(`${PANEL} .code`, ({ textContent }) => textContent));
    await press(page, 'Save data.npz');
    expect((await lastFile(page, 1)).name).toBe('data.npz');
    await expectAccessible(page);
  });

  test('are for everybody: without barriers, and as wide as a phone', async () => {
    const page = await open(tests);
    await train(page);
    for (const tab of ['Predict a file', 'Save the model', 'Open a model', 'As code', 'This run']) {
      await page.setViewport({ width: 1200, height: 900 });
      await press(page, tab, 'tab');
      await expectAccessible(page);
      await page.setViewport({ width: 320, height: 800 });
      expect(await overflowOf(page), tab).toBe(0);
    }
  });
});
