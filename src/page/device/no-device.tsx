/** What is said where there is no WebGPU: why, what can be done about it, and that all else works. */
import { usePage } from '../shell/page-context.js';
import { noWebGpuSentence } from '../parts/sentences.js';

export interface NoDeviceProps {
  readonly hasApi: boolean;
  readonly isSecureContext: boolean;
  readonly onAgain: () => void;
}

export function NoDevice({ hasApi, isSecureContext, onAgain }: NoDeviceProps) {
  const { show } = usePage();
  return (
    <section class="panel no-device" id="no-device" aria-labelledby="no-device-title">
      <h2 id="no-device-title">No WebGPU here</h2>
      <p>{noWebGpuSentence({ isSecureContext, hasApi })}</p>
      <h3>What you can do</h3>
      <ul>
        {!isSecureContext && <li>Open this page from an https address, or from this computer itself.</li>}
        <li>Bring the browser and the graphics driver up to date, then start the browser again.</li>
        <li>
          Chrome and Edge: switch on “Use graphics acceleration when available” in the settings. If the graphics card is
          on their list of blocked ones, or on Linux, try the flag <code>chrome://flags/#enable-unsafe-webgpu</code>.
        </li>
        <li>
          Firefox: in <code>about:config</code>, set <code>dom.webgpu.enabled</code> to true. Safari before version 26:
          switch on WebGPU under Develop, Feature Flags.
        </li>
      </ul>
      <p>
        All else of this page works without a GPU: the walkthrough, the lab and the benchmark compute on the CPU with
        the float64 reference.
      </p>
      <div class="buttons">
        <button type="button" onClick={() => show('lab')}>
          Train on the CPU in the lab
        </button>
        <button type="button" class="quiet" onClick={onAgain}>
          Look again
        </button>
      </div>
    </section>
  );
}
