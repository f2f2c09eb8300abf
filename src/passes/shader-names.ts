/** The shaders, each a file of that name in shaders/. */
export type ShaderName = PassShader | LoopShader;

/** The two of the persistent schedule, which differ in where they keep their memory. */
export type LoopShader = 'persistent' | 'persistent_in_storage';

/** Those that are one pass, and not the many of a whole training. */
export type PassShader =
  | 'activation_forward'
  | 'activation_gradient'
  | 'adagrad'
  | 'adam'
  | 'batch_normalization_gradient'
  | 'column_moments'
  | 'count_confusion'
  | 'count_thresholds'
  | 'dense_forward'
  | 'dense_forward_quads'
  | 'dense_forward_registers'
  | 'dense_input_gradient'
  | 'dense_input_gradient_quads'
  | 'dense_input_gradient_registers'
  | 'dense_kernel_gradient'
  | 'dense_kernel_gradient_quads'
  | 'dense_kernel_gradient_registers'
  | 'dropout_forward'
  | 'dropout_gradient'
  | 'elementwise_loss'
  | 'elementwise_metric'
  | 'gather'
  | 'gradient_norm'
  | 'layer_normalization_gradient'
  | 'log_batch'
  | 'log_counts'
  | 'momentum'
  | 'moving_statistics'
  | 'normalization_weight_gradient'
  | 'normalize'
  | 'plateau'
  | 'regularize'
  | 'rmsprop'
  | 'row_moments'
  | 'sgd'
  | 'shuffle'
  | 'softmax_crossentropy'
  | 'softmax_forward'
  | 'softmax_gradient'
  | 'top_k'
  | 'update_rates';
