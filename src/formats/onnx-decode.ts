/**
 * The bytes of an ONNX file as its graph: operations in their order, constants, the names of what goes in and comes out. It knows the
 * messages and nothing of layers. Constants are read as float32 or float64; every other kind of tensor is kept by its kind alone.
 */
import { PbfReader } from 'pbf';
import { FormatError } from './format-error.js';
import * as field from './onnx-fields.js';

export interface ReadTensor {
  readonly dims: readonly number[];
  /** Row by row; undefined for a tensor of something else than floats, or whose numbers are in another file. */
  readonly values: Float32Array | Float64Array | undefined;
}

export type ReadAttribute = number | string | readonly number[] | ReadTensor;

export interface ReadNode {
  readonly name: string;
  /** With its domain in front, where that is not ONNX's own. */
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, ReadAttribute>;
}

export interface ReadOnnx {
  readonly producer: string;
  readonly metadata: ReadonlyMap<string, string>;
  readonly nodes: readonly ReadNode[];
  readonly tensors: ReadonlyMap<string, ReadTensor>;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Numbers of one tensor, at most: 1 GiB of float32. */
const MOST_NUMBERS = 2 ** 28;

/** @throws FormatError for what is no ONNX file, or a damaged one */
export function decodeOnnx(bytes: Uint8Array, file: string): ReadOnnx {
  const model = {
    producer: '',
    metadata: new Map<string, string>(),
    nodes: [] as ReadNode[],
    tensors: new Map<string, ReadTensor>(),
    inputs: [] as string[],
    outputs: [] as string[],
  };
  try {
    const pbf = new PbfReader(bytes);
    pbf.readFields(readModel, model);
    if (pbf.pos > bytes.length) throw new Error('cut off');
  } catch (error) {
    if (error instanceof TensorError) throw new FormatError(file, error.place, error.found, error.expected);
    throw new FormatError(file, '', 'no ONNX file, or one that is damaged', 'an ONNX model (.onnx), whole');
  }
  if (model.nodes.length === 0) {
    throw new FormatError(file, '', 'no operation in it', 'an ONNX model (.onnx) with a graph');
  }
  return model;
}

/** Of one tensor; the caller knows the file. */
class TensorError extends Error {
  constructor(
    readonly place: string,
    readonly found: string,
    readonly expected: string,
  ) {
    super(found);
  }
}

interface Model {
  producer: string;
  readonly metadata: Map<string, string>;
  readonly nodes: ReadNode[];
  readonly tensors: Map<string, ReadTensor>;
  readonly inputs: string[];
  readonly outputs: string[];
}

/** A message within the bytes; one that claims to be longer is damaged. */
function message<T>(pbf: PbfReader, read: (tag: number, result: T, pbf: PbfReader) => void, result: T): T {
  const end = pbf.readVarint() + pbf.pos;
  if (end > pbf.length) throw new Error('cut off');
  pbf.readFields(read, result, end);
  if (pbf.pos !== end) throw new Error('a message that ends elsewhere');
  return result;
}

function readModel(tag: number, model: Model, pbf: PbfReader): void {
  if (tag === field.MODEL.producerName) model.producer = pbf.readString();
  else if (tag === field.MODEL.graph) message(pbf, readGraph, model);
  else if (tag === field.MODEL.metadataProps) {
    const { key, value } = message(pbf, readEntry, { key: '', value: '' });
    model.metadata.set(key, value);
  }
}

function readEntry(tag: number, entry: { key: string; value: string }, pbf: PbfReader): void {
  if (tag === field.STRING_STRING_ENTRY.key) entry.key = pbf.readString();
  else if (tag === field.STRING_STRING_ENTRY.value) entry.value = pbf.readString();
}

function readGraph(tag: number, model: Model, pbf: PbfReader): void {
  if (tag === field.GRAPH.node) {
    const raw = message(pbf, readNode, newNode());
    const operator = raw.domain === '' || raw.domain === 'ai.onnx' ? raw.type : `${raw.domain}.${raw.type}`;
    model.nodes.push({ ...raw, operator });
  } else if (tag === field.GRAPH.initializer) {
    const tensor = message(pbf, readTensor, newTensor());
    model.tensors.set(tensor.name, finished(tensor));
  } else if (tag === field.GRAPH.input) model.inputs.push(message(pbf, readValueName, { name: '' }).name);
  else if (tag === field.GRAPH.output) model.outputs.push(message(pbf, readValueName, { name: '' }).name);
}

function readValueName(tag: number, value: { name: string }, pbf: PbfReader): void {
  if (tag === field.VALUE_INFO.name) value.name = pbf.readString();
}

function newNode() {
  return {
    name: '',
    type: '',
    domain: '',
    inputs: [] as string[],
    outputs: [] as string[],
    attributes: new Map<string, ReadAttribute>(),
  };
}

function readNode(tag: number, node: ReturnType<typeof newNode>, pbf: PbfReader): void {
  if (tag === field.NODE.input) node.inputs.push(pbf.readString());
  else if (tag === field.NODE.output) node.outputs.push(pbf.readString());
  else if (tag === field.NODE.name) node.name = pbf.readString();
  else if (tag === field.NODE.opType) node.type = pbf.readString();
  else if (tag === field.NODE.domain) node.domain = pbf.readString();
  else if (tag === field.NODE.attribute) {
    const { name, value, list } = message(pbf, readAttribute, newAttribute());
    node.attributes.set(name, value ?? list);
  }
}

function newAttribute() {
  return { name: '', value: undefined as ReadAttribute | undefined, list: [] as number[] };
}

function readAttribute(tag: number, attribute: ReturnType<typeof newAttribute>, pbf: PbfReader): void {
  if (tag === field.ATTRIBUTE.name) attribute.name = pbf.readString();
  else if (tag === field.ATTRIBUTE.f) attribute.value = decimalOf(pbf.readFloat());
  else if (tag === field.ATTRIBUTE.i) attribute.value = pbf.readVarint(true);
  else if (tag === field.ATTRIBUTE.s) attribute.value = pbf.readString();
  else if (tag === field.ATTRIBUTE.t) attribute.value = finished(message(pbf, readTensor, newTensor()));
  else if (tag === field.ATTRIBUTE.ints) pbf.readPackedVarint(attribute.list, true);
}

function newTensor() {
  return {
    name: '',
    dims: [] as number[],
    type: 0,
    isElsewhere: false,
    raw: undefined as Uint8Array | undefined,
    numbers: [] as number[],
  };
}

type RawTensor = ReturnType<typeof newTensor>;

function readTensor(tag: number, tensor: RawTensor, pbf: PbfReader): void {
  if (tag === field.TENSOR.dims) pbf.readPackedVarint(tensor.dims);
  else if (tag === field.TENSOR.dataType) tensor.type = pbf.readVarint();
  else if (tag === field.TENSOR.floatData) pbf.readPackedFloat(tensor.numbers);
  else if (tag === field.TENSOR.doubleData) pbf.readPackedDouble(tensor.numbers);
  else if (tag === field.TENSOR.name) tensor.name = pbf.readString();
  else if (tag === field.TENSOR.rawData) tensor.raw = pbf.readBytes();
  else if (tag === field.TENSOR.dataLocation) tensor.isElsewhere = pbf.readVarint() === 1;
}

function finished({ name, dims, type, isElsewhere, raw, numbers }: RawTensor): ReadTensor {
  if (isElsewhere || (type !== field.FLOAT && type !== field.DOUBLE)) return { dims, values: undefined };
  const count = dims.reduce((product, size) => product * size, 1);
  const place = `constant ${JSON.stringify(name)}`;
  if (!Number.isSafeInteger(count) || count > MOST_NUMBERS) {
    throw new TensorError(place, `${count} numbers`, `at most ${MOST_NUMBERS}`);
  }
  const Kind = type === field.FLOAT ? Float32Array : Float64Array;
  const there = raw ? raw.length / Kind.BYTES_PER_ELEMENT : numbers.length;
  if (there !== count) throw new TensorError(place, `${there} numbers`, `${count}, for the shape [${dims.join(', ')}]`);
  // A copy, since raw bytes lie anywhere; little-endian, as every engine with typed arrays has them.
  return { dims, values: raw ? new Kind(raw.slice().buffer) : Kind.from(numbers) };
}

/** The shortest decimal that is this float32: what was 0.001 before it was written is 0.001 again. */
function decimalOf(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const decimal = Number(value.toPrecision(digits));
    if (Math.fround(decimal) === value) return decimal;
  }
  return value;
}
