// The passes that the persistent schedule runs, by the numbers of src/passes/persistent.ts, and what of it a training
// needs: FEATURES is a pipeline constant, so the compiler drops the rest.

override FEATURES: u32;

const SHUFFLE = 1u;
const GATHER = 2u;
const DENSE_FORWARD = 3u;
const ACTIVATION_FORWARD = 4u;
const SOFTMAX_FORWARD = 5u;
const DROPOUT_FORWARD = 6u;
const MOMENTS = 7u;
const NORMALIZE = 8u;
const LOSS_OF_BATCH = 9u;
const SUM_MEASURE = 10u;
const COUNT_MEASURE = 11u;
const DENSE_INPUT_GRADIENT = 12u;
const DENSE_KERNEL_GRADIENT = 13u;
const ACTIVATION_GRADIENT = 14u;
const SOFTMAX_GRADIENT = 15u;
const DROPOUT_GRADIENT = 16u;
const NORMALIZATION_WEIGHT_GRADIENT = 17u;
const NORMALIZATION_INPUT_GRADIENT = 18u;
const REGULARIZE = 19u;
const LOG_COUNTS = 20u;
const LOG_BATCH = 21u;
const MOVING_STATISTICS = 22u;
const GRADIENT_NORM = 23u;
const UPDATE_RATES = 24u;
const UPDATE = 25u;
const PLATEAU = 26u;

const SHUFFLES = 1u;
const GATHERS = 2u;
const SEPARATE_ACTIVATIONS = 4u;
const SOFTMAXES = 8u;
const DROPS = 16u;
const NORMALIZES = 32u;
const SEPARATE_SLOPES = 64u;
const WEIGHS = 128u;
const SUMS = 256u;
const TOP_K = 512u;
const COUNTS = 1024u;
const PENALTIES = 2048u;
const CLIPS_NORM = 4096u;
const RATES = 8192u;
const WATCHES = 16384u;
const ACCUMULATES = 32768u;

fn has(feature: u32) -> bool {
  return (FEATURES & feature) != 0u;
}

// The kinds of layers.
const DENSE = 0u;
const ACTIVATION_LAYER = 1u;
const DROPOUT = 2u;
const BATCH_NORMALIZATION = 3u;
const LAYER_NORMALIZATION = 4u;

// The kinds of programs.
const BATCH = 0u;
const ORDER = 1u;
const END_OF_EPOCH = 2u;
