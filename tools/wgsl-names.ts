/**
 * Names that WGSL itself gives a meaning, so that no declaration may be renamed to or from one of them: keywords,
 * types, functions, and what stands behind a dot of a vector. Reserved words of two letters are among them, because
 * shortened names have one or two. Source: the WGSL specification, "Keyword and Token Summary" and "Built-in Functions".
 */
const WORDS = `
alias break case const const_assert continue continuing default diagnostic discard else enable false fn for if let loop
override requires return struct switch true var while as do of
array atomic bool f16 f32 i32 u32 ptr sampler
vec2 vec3 vec4 vec2f vec3f vec4f vec2i vec3i vec4i vec2u vec3u vec4u vec2h vec3h vec4h
mat2x2 mat2x3 mat2x4 mat3x2 mat3x3 mat3x4 mat4x2 mat4x3 mat4x4
mat2x2f mat2x3f mat2x4f mat3x2f mat3x3f mat3x4f mat4x2f mat4x3f mat4x4f
function private workgroup uniform storage read write read_write
bitcast all any select arrayLength abs acos acosh asin asinh atan atanh atan2 ceil clamp cos cosh countLeadingZeros
countOneBits countTrailingZeros cross degrees determinant distance dot dot4U8Packed dot4I8Packed exp exp2 extractBits
faceForward firstLeadingBit firstTrailingBit floor fma fract frexp insertBits inverseSqrt ldexp length log log2 max min
mix modf normalize pow quantizeToF16 radians reflect refract reverseBits round saturate sign sin sinh smoothstep sqrt
step tan tanh transpose trunc
atomicLoad atomicStore atomicAdd atomicSub atomicMax atomicMin atomicAnd atomicOr atomicXor atomicExchange
atomicCompareExchangeWeak storageBarrier textureBarrier workgroupBarrier workgroupUniformLoad
pack4x8snorm pack4x8unorm pack4xI8 pack4xU8 pack2x16snorm pack2x16unorm pack2x16float
unpack4x8snorm unpack4x8unorm unpack4xI8 unpack4xU8 unpack2x16snorm unpack2x16unorm unpack2x16float
subgroupAdd subgroupAll subgroupAnd subgroupAny subgroupBallot subgroupBroadcast subgroupBroadcastFirst subgroupElect
subgroupExclusiveAdd subgroupExclusiveMul subgroupInclusiveAdd subgroupInclusiveMul subgroupMax subgroupMin subgroupMul
subgroupOr subgroupShuffle subgroupShuffleDown subgroupShuffleUp subgroupShuffleXor subgroupXor
quadBroadcast quadSwapDiagonal quadSwapX quadSwapY
main`;

const RESERVED = new Set(WORDS.split(/\s+/));

/** Whether a name must stay as it is: what WGSL knows, the entry point, and anything like `.xyz` or `.rgba`. */
export function isReserved(name: string): boolean {
  return RESERVED.has(name) || /^(?:[xyzw]{1,4}|[rgba]{1,4})$/.test(name);
}
