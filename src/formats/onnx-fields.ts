/**
 * What of ONNX's messages is written and read, by the names and numbers of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 * The one place that has the numbers.
 */

/** Which version of the operators the graph uses. LayerNormalization came with 17; ONNX Runtime has it since 1.12 (2022). */
export const OPSET = 17;

/** The version of the file format that came with opset 17. */
export const IR_VERSION = 8;

export const MODEL = {
  irVersion: 1,
  producerName: 2,
  producerVersion: 3,
  docString: 6,
  graph: 7,
  opsetImport: 8,
  metadataProps: 14,
} as const;

export const OPERATOR_SET_ID = { domain: 1, version: 2 } as const;

export const STRING_STRING_ENTRY = { key: 1, value: 2 } as const;

export const GRAPH = { node: 1, name: 2, initializer: 5, docString: 10, input: 11, output: 12 } as const;

export const NODE = { input: 1, output: 2, name: 3, opType: 4, attribute: 5, domain: 7 } as const;

export const ATTRIBUTE = { name: 1, f: 2, i: 3, s: 4, t: 5, ints: 8, type: 20 } as const;

/** AttributeProto.AttributeType */
export const ATTRIBUTE_TYPE = { float: 1, int: 2 } as const;

export const TENSOR = {
  dims: 1,
  dataType: 2,
  floatData: 4,
  name: 8,
  rawData: 9,
  doubleData: 10,
  dataLocation: 14,
} as const;

/** TensorProto.DataType */
export const FLOAT = 1;
export const DOUBLE = 11;

export const VALUE_INFO = { name: 1, type: 2 } as const;

export const TYPE = { tensorType: 1 } as const;

export const TENSOR_TYPE = { elemType: 1, shape: 2 } as const;

export const TENSOR_SHAPE = { dim: 1 } as const;

export const DIMENSION = { dimValue: 1, dimParam: 2 } as const;
