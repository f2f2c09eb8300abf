/** The lab's data in their worker: what files are, what is read again and what is not, what is refused and how. */
import { describe, expect, test } from 'vitest';
import { LAB_START, type LabRun } from '../../../src/page/lab/lab-state.js';
import { loadKey } from '../../../src/page/lab/data/load-key.js';
import { lackingFiles, lackSentence } from '../../../src/page/lab/data/needed-files.js';
import { suitRun } from '../../../src/page/lab/data/suit-run.js';
import { targetFacts } from '../../../src/page/lab/data/suggest.js';
import { LabData } from '../../../src/page/lab/worker/lab-data.js';

const FLOWERS = [
  'width,height,kind',
  ...Array.from({ length: 30 }, (_, i) => `${4 + (i % 7)},${i % 5 ? 10 + i : 'NA'},${['a', 'b', 'c'][i % 3]}`),
].join('\n');

/** A file that counts how often it is read. */
class CountedFile extends File {
  reads = 0;
  override stream() {
    this.reads++;
    return super.stream();
  }
}

const csv = (text = FLOWERS, name = 'flowers.csv') => new CountedFile([text], name, { lastModified: 1 });

async function suited(data: LabData, file: File): Promise<LabRun> {
  const inspection = await data.inspect([file]);
  const target = inspection.table.columns.find(({ name }) => name === inspection.suggestion.target)!;
  return suitRun({ ...LAB_START.run, data: inspection.data }, targetFacts(target)).run;
}

describe('files', () => {
  test('a CSV is inspected: columns, target, missing cells as such, and the run then loads', async () => {
    const data = new LabData();
    const file = csv();
    const { table, data: settings } = await data.inspect([file]);
    expect(table).toMatchObject({ rows: 30, columnCount: 3 });
    expect(table.head[0]).toEqual(['4', null, 'a']);
    expect(settings).toMatchObject({ csv: 'flowers.csv', target: 'kind', missing: 'mean', normalize: 'standard' });
    const summary = await data.load(await suited(data, file), [file]);
    expect(summary.classes).toEqual(['a', 'b', 'c']);
    expect(summary.rows).toEqual({ train: 24, validation: 6, test: 0 });
    expect(summary.counts).toEqual({ train: [8, 8, 8], validation: [2, 2, 2], test: [] });
  });

  test('is read once, whatever is then chosen; another learning rate prepares nothing again', async () => {
    const data = new LabData();
    const file = csv();
    const run = await suited(data, file);
    const first = await data.loaded(run, [file]);
    const rate = { ...run, training: { ...run.training, optimizer: { name: 'sgd', learningRate: 0.5 } as const } };
    const second = await data.loaded(rate, [file]);
    expect(second.train).toBe(first.train);
    expect(second.training.optimizer).toMatchObject({ name: 'sgd', learningRate: 0.5 });
    const scaled = await data.loaded({ ...run, data: { ...run.data, normalize: 'minMax' } }, [file]);
    expect(scaled.train).not.toBe(first.train);
    expect(file.reads).toBe(1);
  });

  test('control: another file of that name is read', async () => {
    const data = new LabData();
    const run = await suited(data, csv());
    const other = new CountedFile([FLOWERS.replaceAll('a\n', 'b\n')], 'flowers.csv', { lastModified: 2 });
    await expect(data.load(run, [other])).rejects.toThrow(/2 classes|classes of "kind"/);
    expect(other.reads).toBe(1);
  });

  test('pairs and pictures are told by name; what has to be guessed is refused in one sentence', async () => {
    const data = new LabData();
    const refusal = async (...files: File[]) =>
      data.inspect(files).then(
        () => 'nothing refused',
        (error: Error) => `${error.name}: ${error.message}`,
      );
    expect(await refusal(csv(''))).toBe('DataError: flowers.csv: found an empty file, expected one with rows of data.');
    expect(await refusal(csv(), csv(FLOWERS, 'b.csv'))).toContain('found 2 files, expected one table at a time');
    expect(await refusal(csv(), new File(['{}'], 'b.json'))).toContain(
      'several kinds: flowers.csv (CSV), b.json (JSON)',
    );
    expect(await refusal(new File([new Uint8Array(9)], 'x.idx'))).toContain('one IDX file alone');
    expect(await refusal(new File(['?'], 'notes.doc'))).toContain('a file of an unknown kind');
    expect(await refusal(csv('a,b\n1,2\n3'))).toContain('line 3: found 1 cell, expected 2');
    const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13]);
    expect(await refusal(new File([png], 'picture.csv'))).toMatch(/DataError: picture\.csv/);
    expect(await refusal(csv())).toBe('nothing refused');
  });

  test('reading ends when it is cancelled, and can begin again', async () => {
    const data = new LabData();
    const file = csv();
    const inspection = data.inspect([file]);
    data.cancel();
    await expect(inspection).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }) as Error);
    expect((await data.inspect([file])).table.rows).toBe(30);
  });
});

describe('keys and names', () => {
  const run: LabRun = { ...LAB_START.run, data: { csv: 'data/iris.csv', target: 'species' } };

  test('the key has what data depend on and nothing else', () => {
    const key = loadKey(run, []);
    const { model, training } = run;
    expect(loadKey({ ...run, training: { ...training, epochs: 3, optimizer: 'sgd' } }, [])).toBe(key);
    expect(
      loadKey({ ...run, model: { ...model, layers: [model.layers[0]!, { units: 9 }, model.layers[2]!] } }, []),
    ).toBe(key);
    expect(loadKey({ ...run, training: { ...training, loss: 'meanSquaredError' } }, [])).not.toBe(key);
    expect(loadKey({ ...run, model: { ...model, seed: 2 } }, [])).not.toBe(key);
    expect(loadKey(run, [new File(['a'], 'iris.csv')])).not.toBe(key);
  });

  test('files that are lacking are asked for by name', () => {
    expect(lackSentence(lackingFiles(run.data, []))).toBe('This run needs data/iris.csv: drop it here, or choose it.');
    expect(lackingFiles(run.data, [new File(['a'], 'iris.csv')])).toEqual([]);
    const pair = { idx: { images: 'a', labels: 'b' } };
    expect(lackSentence(lackingFiles(pair, []))).toBe('This run needs a and b: drop them here, or choose them.');
    expect(lackSentence(lackingFiles({ images: 'digits' }, []))).toContain('the folder digits');
    expect(lackingFiles({ images: 'digits' }, [new File(['a'], 'digits/3/a.png')])).toEqual([]);
    expect(lackingFiles({ synthetic: 'xor' }, [])).toEqual([]);
  });
});
