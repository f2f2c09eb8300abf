/**
 * The script of a reproduction page: does one pass on this browser's GPU, once, and says whether the value that was wrong elsewhere is
 * wrong here too. It needs nothing but the data in its page. In plain JavaScript, since it is put into the page as it is.
 */
/* global document, navigator, atob, GPUBufferUsage, GPUShaderStage, GPUMapMode */
(async () => {
  const show = (id, text) => (document.getElementById(id).textContent = text);
  const data = JSON.parse(document.getElementById('data').textContent);
  const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  try {
    const adapter = await navigator.gpu?.requestAdapter();
    if (!adapter) throw new Error('This browser gives no WebGPU adapter: open the page in another.');
    const { vendor, architecture, description } = adapter.info;
    show('adapter', description || [vendor, architecture].filter(Boolean).join(' ') || 'unnamed adapter');
    const { maxBufferSize, maxStorageBufferBindingSize, maxComputeWorkgroupStorageSize } = adapter.limits;
    const device = await adapter.requestDevice({
      requiredFeatures: [...adapter.features].filter((feature) => feature === 'subgroups'),
      requiredLimits: { maxBufferSize, maxStorageBufferBindingSize, maxComputeWorkgroupStorageSize },
    });
    const buffers = [data.uniforms, ...data.storage.map(({ content }) => content)].map((content, i) => {
      const bytes = bytesOf(content);
      const usage = i === 0 ? GPUBufferUsage.UNIFORM : GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
      const buffer = device.createBuffer({ size: Math.max(16, bytes.length), usage: usage | GPUBufferUsage.COPY_DST });
      device.queue.writeBuffer(buffer, 0, bytes);
      return buffer;
    });
    const types = [
      'uniform',
      ...data.storage.map(({ access }) => (access === 'read' ? 'read-only-storage' : 'storage')),
    ];
    const layout = device.createBindGroupLayout({
      entries: types.map((type, binding) => ({ binding, visibility: GPUShaderStage.COMPUTE, buffer: { type } })),
    });
    const pipeline = await device.createComputePipelineAsync({
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: {
        module: device.createShaderModule({ code: data.code }),
        entryPoint: 'main',
        constants: data.constants,
      },
    });
    const { binding, word, type, buffer, index, got, want, bound } = data.wrong;
    const written = buffers[binding + 1];
    const staging = device.createBuffer({
      size: written.size,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    const entries = buffers.map((one, i) => ({ binding: i, resource: { buffer: one } }));
    pass.setBindGroup(0, device.createBindGroup({ layout, entries }));
    pass.dispatchWorkgroups(...data.workgroups);
    pass.end();
    encoder.copyBufferToBuffer(written, 0, staging, 0, written.size);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const words = staging.getMappedRange();
    const here = (type === 'u32' ? new Uint32Array(words) : new Float32Array(words))[word];
    const isWithin = Math.abs(here - want) <= bound;
    const said = isWithin ? 'right here' : here === got ? 'wrong here too, by the same bits' : 'wrong here too';
    show('verdict', `${buffer}[${index}] is ${said}: ${here}, where ${want} is wanted and ${bound} allowed.`);
    document.body.dataset.verdict = isWithin ? 'right' : 'wrong';
  } catch (error) {
    show('verdict', String(error));
    document.body.dataset.verdict = 'failed';
  }
})();
