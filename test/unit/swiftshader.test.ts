/** The order in which SwiftShader is looked for, on made-up machines. */
import { describe, expect, test } from 'vitest';
import { findSwiftShaders, hasGraphicsDevice, hasVulkanDriver, type Machine } from '../../src/cli/swiftshader.js';

function bareMachine(changes: Partial<Machine> = {}): Machine {
  return {
    environment: { HOME: '/home/ada' },
    exists: () => false,
    list: () => [],
    unpack: () => Promise.resolve(undefined),
    ...changes,
  };
}

async function places(machine: Machine): Promise<string[]> {
  const found: string[] = [];
  for await (const { from } of findSwiftShaders(machine)) found.push(from);
  return found;
}

describe('SwiftShader is taken', () => {
  test('from IDLI_VK_ICD and from nowhere else', async () => {
    const machine = bareMachine({ environment: { IDLI_VK_ICD: '/my/icd.json' }, exists: () => true });
    expect(await places(machine)).toEqual(['IDLI_VK_ICD']);
  });

  test('and an IDLI_VK_ICD that is not there is an error', async () => {
    await expect(places(bareMachine({ environment: { IDLI_VK_ICD: '/my/icd.json' } }))).rejects.toThrow('/my/icd.json');
  });

  test("beside installed browsers, then in puppeteer's cache, then from the npm package", async () => {
    const machine = bareMachine({
      exists: (path) => /^\/(opt\/google\/chrome|home)/.test(path),
      list: (folder) => (folder === '/home/ada/.cache/puppeteer/chrome' ? ['linux-1'] : []),
      unpack: () => Promise.resolve('/cache/swiftshader'),
    });
    expect(await places(machine)).toEqual([
      '/opt/google/chrome',
      '/home/ada/.cache/puppeteer/chrome/linux-1/chrome-linux64',
      '@sparticuz/chromium',
    ]);
  });

  test('from the npm package only when nothing before it would do', async () => {
    const machine = bareMachine({
      exists: (path) => path.startsWith('/usr/lib/chromium/'),
      unpack: () => Promise.reject(new Error('unpacked without need')),
    });
    for await (const { manifest } of findSwiftShaders(machine)) {
      expect(manifest).toBe('/usr/lib/chromium/vk_swiftshader_icd.json');
      break;
    }
  });
});

describe('a Vulkan driver of the machine', () => {
  test('is a manifest in one of the folders of the Vulkan loader', () => {
    const folder = '/usr/share/vulkan/icd.d';
    expect(hasVulkanDriver(bareMachine())).toBe(false);
    expect(hasVulkanDriver(bareMachine({ list: (path) => (path === folder ? ['nvidia_icd.json'] : []) }))).toBe(true);
    expect(hasVulkanDriver(bareMachine({ list: (path) => (path === folder ? ['README'] : []) }))).toBe(false);
  });

  test('is believed when the environment names one', () => {
    expect(hasVulkanDriver(bareMachine({ environment: { VK_DRIVER_FILES: '/my/icd.json' } }))).toBe(true);
  });
});

describe('a graphics device', () => {
  test('is a node that Linux makes for one; a machine without any has none', () => {
    expect(hasGraphicsDevice(bareMachine())).toBe(false);
    expect(hasGraphicsDevice(bareMachine({ exists: (path) => path === '/dev/nvidiactl' }))).toBe(true);
    const dri = (node: string) => bareMachine({ list: (path) => (path === '/dev/dri' ? [node] : []) });
    expect(hasGraphicsDevice(dri('renderD128'))).toBe(true);
    // A display without a renderer, as servers and virtual machines have.
    expect(hasGraphicsDevice(dri('card0'))).toBe(false);
  });
});
