/**
 * WebGPU's flag values, as its specification numbers them. Node has no globals `GPUBufferUsage` and
 * friends, and a library has no business putting them there.
 */
export const MAP_READ = 0x0001;
export const COPY_SRC = 0x0004;
export const COPY_DST = 0x0008;
export const UNIFORM = 0x0040;
export const STORAGE = 0x0080;
export const QUERY_RESOLVE = 0x0200;

/** GPUMapMode.READ */
export const MODE_READ = 0x0001;

/** GPUShaderStage.COMPUTE */
export const COMPUTE = 0x4;
