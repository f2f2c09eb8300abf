// Where the training stands. It lives on the GPU, so that the host need not send it.
struct Counters {
  batch: u32,     // batches trained in all
  step: u32,      // updates done in all
  epoch: u32,     // epochs ended
  position: u32,  // rows of the epoch (or of the validation data) already taken
  failed: u32,    // 0; else 1 + the step whose loss was not finite. From then on nothing changes any more.
}
