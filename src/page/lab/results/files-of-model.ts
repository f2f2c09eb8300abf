/** A network as files to download, and files that were dropped as networks. In the worker; the formats are loaded by need. */
import type { LayerDocument } from '../../../core/model.js';
import { DataError } from '../../../data/data-error.js';
import { zipEntries } from '../../../data/zip.js';
import { FormatError } from '../../../formats/format-error.js';
import { readModel, writeModel } from '../../../formats/model-file.js';
import { importPytorch } from '../../../formats/pytorch-import.js';
import { EXPORT_KEY } from '../../../formats/pytorch-names.js';
import { decodeSafetensors } from '../../../formats/safetensors.js';
import { baseName } from '../../../data/words.js';
import { fileName } from './file-names.js';
import { type Kind, kindOfFile } from './kind-of-file.js';
import { readModelJson, writeModelJson } from './model-json.js';
import type { Download, ExportFormat, OpenedFile } from './subject.js';
import type { UsedModel } from './used-model.js';

/** Files of a zip, which has no earlier ones, carry this day, so that the same network gives the same bytes. */
const DAY = new Date(1980, 0, 1);
const BYTES = 'application/octet-stream';

/** @throws FormatError for what a format cannot hold */
export async function exportModel(used: UsedModel, format: ExportFormat): Promise<Download> {
  const saved = used.saved();
  const named = (extension: string) => fileName(used, extension);
  switch (format) {
    case 'idli': {
      const isFloat32 = saved.weights.every((layer) =>
        Object.values(layer).every(({ values }) => values.every((value) => Math.fround(value) === value)),
      );
      const bytes = writeModel(saved, { precision: isFloat32 ? 'float32' : 'float64' });
      return { name: named('safetensors'), type: BYTES, bytes };
    }
    case 'json':
      return { name: named('json'), type: 'application/json', bytes: writeModelJson(saved, used.data) };
    case 'onnx':
    case 'onnx-scaled': {
      const { exportOnnx } = await import('../../../formats/onnx.js');
      const files = exportOnnx(saved, { preprocessing: format === 'onnx-scaled' });
      const { bytes } = files.find(({ name }) => name === 'model.onnx')!;
      const name = named(format === 'onnx' ? 'onnx' : 'raw-inputs.onnx');
      return { name, type: BYTES, bytes: bytes as Uint8Array<ArrayBuffer> };
    }
    case 'pytorch': {
      const { exportPytorch } = await import('../../../formats/pytorch.js');
      const { zipSync } = await import('fflate');
      const files = exportPytorch(saved).map(({ name, bytes }) => [name, bytes] as const);
      const bytes = zipSync(Object.fromEntries(files), { mtime: DAY });
      return { name: named('pytorch.zip'), type: 'application/zip', bytes };
    }
    default:
      return format satisfies never;
  }
}

const EXPECTED =
  'a model: safetensors, ONNX (.onnx), a model saved here as JSON, or the PyTorch zip that is saved here';

/** What programs save that is read nowhere but there, and the way out. */
const ADVICE: Readonly<Record<Exclude<Kind, 'safetensors' | 'onnx' | 'json' | 'zip'>, readonly [string, string]>> = {
  pickle: [
    'a file of torch.save, which only Python can read',
    'safetensors: in Python, safetensors.torch.save_file(net.state_dict(), "model.safetensors")',
  ],
  hdf5: [
    'an HDF5 file, as Keras saves models',
    'ONNX: in Keras 3, model.export("model.onnx", format="onnx") writes a file that can be opened here',
  ],
  empty: ['an empty file', EXPECTED],
  other: ['something else', EXPECTED],
};

/**
 * What was exported from here says itself what it is; weights of PyTorch alone take the layers of the lab.
 * @param layers of the lab's network, for files that do not say theirs
 * @throws FormatError or DataError for anything else, in a sentence that says what to do
 */
export async function openModel(
  bytes: Uint8Array,
  name: string,
  layers: readonly LayerDocument[] | undefined,
): Promise<OpenedFile> {
  const kind = kindOfFile(bytes, name);
  switch (kind) {
    case 'safetensors':
      return openSafetensors(bytes, name, layers);
    case 'onnx': {
      const { importOnnx } = await import('../../../formats/onnx-import.js');
      return { saved: importOnnx(bytes, name), notes: [] };
    }
    case 'json':
      return { saved: readModelJson(bytes, name), notes: [] };
    case 'zip':
      return openZip(bytes, name, layers);
    case 'pickle':
    case 'hdf5':
    case 'empty':
    case 'other':
      throw new FormatError(name, '', ...ADVICE[kind]);
    default:
      return kind satisfies never;
  }
}

/** The one model in an archive, as this page and others pack them. */
async function openZip(
  bytes: Uint8Array,
  name: string,
  layers: readonly LayerDocument[] | undefined,
): Promise<OpenedFile> {
  const entries = zipEntries(bytes, name);
  const isThere = (wanted: string) => entries.some((entry) => baseName(entry.name) === wanted);
  if (isThere('data.pkl')) throw new FormatError(name, '', ...ADVICE.pickle);
  if (isThere('model.weights.h5')) throw new FormatError(name, '', ...ADVICE.hdf5);
  const models = entries.filter((entry) => /\.(safetensors|onnx)$/i.test(entry.name));
  const [model] = models;
  if (!model || models.length > 1) {
    const found = `${models.length === 0 ? 'no' : models.length} models among its ${entries.length} files`;
    throw new FormatError(name, '', found, 'an archive with one model (.safetensors or .onnx)');
  }
  const inner = await model.bytes();
  const place = `${name}, ${model.name}`;
  // There are archives that hold themselves.
  if (kindOfFile(inner, model.name) === 'zip') throw new FormatError(place, '', 'an archive in an archive', 'a model');
  return openModel(inner, place, layers);
}

function openSafetensors(bytes: Uint8Array, name: string, layers: readonly LayerDocument[] | undefined): OpenedFile {
  const { metadata, tensors } = decodeSafetensors(bytes, name);
  const isTorch = [...tensors.keys()].some((tensor) => /(^|\.)\d+\.weight$/.test(tensor));
  if (metadata['format'] === 'idli' || !isTorch) return { saved: readModel(bytes, name), notes: [] };
  if (Object.hasOwn(metadata, EXPORT_KEY)) return { saved: importPytorch(bytes, name), notes: [] };
  if (!layers) throw new FormatError(name, '', 'weights of PyTorch alone', 'a lab whose network has the same layers');
  const notes = ['The file holds PyTorch’s weights alone: layers and activations are those of the lab’s network.'];
  return { saved: importPytorch(bytes, name, { layers }), notes };
}

/** More than these bytes no model has that a page can hold. */
const MOST_BYTES = 2 ** 31;

/** @throws DataError for a file that is too large, or cannot be read */
export async function bytesOfFile(file: File): Promise<Uint8Array> {
  if (file.size > MOST_BYTES) throw new DataError(file.name, '', `${file.size} bytes`, `at most ${MOST_BYTES}`);
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new DataError(file.name, '', 'a file that the browser cannot read any more', 'it to be chosen again');
  }
}
