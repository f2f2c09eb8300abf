/**
 * An ONNX graph as the bytes of its protobuf. It knows the messages and nothing of layers. Tensors are made one after the
 * other, while they are written; a file beyond the 2 GiB that protobuf can hold is refused before.
 */
import { PbfWriter } from 'pbf';
import { FormatError } from './format-error.js';
import { float32Bytes } from './export-layers.js';
import * as field from './onnx-fields.js';

/** A constant of the graph, (dims) numbers, row-major; one number where dims is empty. */
export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  values(): Float32Array;
}

export interface OnnxAttribute {
  readonly name: string;
  readonly kind: 'float' | 'int';
  readonly value: number;
}

/** One operation, with the names of what it reads and of what it makes. */
export interface OnnxNode {
  readonly name: string;
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: readonly OnnxAttribute[];
}

/** (rows of a batch, `columns`) float32 numbers */
export interface OnnxValue {
  readonly name: string;
  readonly columns: number;
}

export interface OnnxGraph {
  readonly name: string;
  readonly doc: string;
  readonly input: OnnxValue;
  readonly output: OnnxValue;
  readonly nodes: readonly OnnxNode[];
  readonly tensors: readonly OnnxTensor[];
}

export interface OnnxModel {
  readonly graph: OnnxGraph;
  readonly producerVersion: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The name of the size that is left open. */
const BATCH = 'batch';

const MAX_BYTES = 2 ** 31 - 1;

/** @throws FormatError for a model that is larger than a protobuf can be */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  const bytes = estimate(model);
  if (bytes > MAX_BYTES) {
    throw new FormatError('model.onnx', '', `${bytes} bytes`, `at most ${MAX_BYTES}, which is what protobuf can hold`);
  }
  const writer = new PbfWriter(new Uint8Array(bytes));
  writeModel(model, writer);
  return writer.finish();
}

/** At least what the file will take: tensors exactly, and generous room for names, so that the writer need not grow. */
function estimate({ graph, metadata }: OnnxModel): number {
  const numbers = graph.tensors.reduce(
    (sum, { dims }) => sum + 4 * dims.reduce((product, size) => product * size, 1),
    0,
  );
  const texts = [graph.doc, ...Object.entries(metadata).flat()].reduce((sum, text) => sum + 4 * text.length + 16, 0);
  return numbers + texts + 512 * (graph.nodes.length + graph.tensors.length) + 1024;
}

function writeModel({ graph, producerVersion, metadata }: OnnxModel, writer: PbfWriter): void {
  writer.writeVarintField(field.MODEL.irVersion, field.IR_VERSION);
  writer.writeStringField(field.MODEL.producerName, 'idli');
  if (producerVersion !== undefined) writer.writeStringField(field.MODEL.producerVersion, producerVersion);
  writer.writeStringField(field.MODEL.docString, graph.doc);
  writer.writeMessage(field.MODEL.graph, writeGraph, graph);
  writer.writeMessage(field.MODEL.opsetImport, writeOperatorSet, field.OPSET);
  for (const entry of Object.entries(metadata)) writer.writeMessage(field.MODEL.metadataProps, writeEntry, entry);
}

function writeOperatorSet(version: number, writer: PbfWriter): void {
  // Empty: the operators of ONNX itself.
  writer.writeStringField(field.OPERATOR_SET_ID.domain, '');
  writer.writeVarintField(field.OPERATOR_SET_ID.version, version);
}

function writeEntry([key, value]: [string, string], writer: PbfWriter): void {
  writer.writeStringField(field.STRING_STRING_ENTRY.key, key);
  writer.writeStringField(field.STRING_STRING_ENTRY.value, value);
}

function writeGraph({ name, nodes, tensors, input, output }: OnnxGraph, writer: PbfWriter): void {
  for (const node of nodes) writer.writeMessage(field.GRAPH.node, writeNode, node);
  writer.writeStringField(field.GRAPH.name, name);
  for (const tensor of tensors) writer.writeMessage(field.GRAPH.initializer, writeTensor, tensor);
  writer.writeMessage(field.GRAPH.input, writeValue, input);
  writer.writeMessage(field.GRAPH.output, writeValue, output);
}

function writeNode({ name, operator, inputs, output, attributes }: OnnxNode, writer: PbfWriter): void {
  for (const input of inputs) writer.writeStringField(field.NODE.input, input);
  writer.writeStringField(field.NODE.output, output);
  writer.writeStringField(field.NODE.name, name);
  writer.writeStringField(field.NODE.opType, operator);
  for (const attribute of attributes) writer.writeMessage(field.NODE.attribute, writeAttribute, attribute);
}

function writeAttribute({ name, kind, value }: OnnxAttribute, writer: PbfWriter): void {
  writer.writeStringField(field.ATTRIBUTE.name, name);
  if (kind === 'float') writer.writeFloatField(field.ATTRIBUTE.f, value);
  else writer.writeVarintField(field.ATTRIBUTE.i, value);
  writer.writeVarintField(field.ATTRIBUTE.type, field.ATTRIBUTE_TYPE[kind]);
}

function writeTensor(tensor: OnnxTensor, writer: PbfWriter): void {
  writer.writePackedVarint(field.TENSOR.dims, [...tensor.dims]);
  writer.writeVarintField(field.TENSOR.dataType, field.FLOAT);
  writer.writeStringField(field.TENSOR.name, tensor.name);
  writer.writeBytesField(field.TENSOR.rawData, float32Bytes(tensor.values()));
}

function writeValue({ name, columns }: OnnxValue, writer: PbfWriter): void {
  writer.writeStringField(field.VALUE_INFO.name, name);
  writer.writeMessage(field.VALUE_INFO.type, writeType, columns);
}

function writeType(columns: number, writer: PbfWriter): void {
  writer.writeMessage(field.TYPE.tensorType, writeTensorType, columns);
}

function writeTensorType(columns: number, writer: PbfWriter): void {
  writer.writeVarintField(field.TENSOR_TYPE.elemType, field.FLOAT);
  writer.writeMessage(field.TENSOR_TYPE.shape, writeShape, columns);
}

function writeShape(columns: number, writer: PbfWriter): void {
  writer.writeMessage(field.TENSOR_SHAPE.dim, writeOpenSize, BATCH);
  writer.writeMessage(field.TENSOR_SHAPE.dim, writeSize, columns);
}

function writeOpenSize(name: string, writer: PbfWriter): void {
  writer.writeStringField(field.DIMENSION.dimParam, name);
}

function writeSize(size: number, writer: PbfWriter): void {
  writer.writeVarintField(field.DIMENSION.dimValue, size);
}
