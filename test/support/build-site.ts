/**
 * Global setup of the project `page`: builds the site as it is published, serves it on a free port
 * of this machine and provides the address as `siteUrl` (`inject('siteUrl')` in a test).
 */
import { build, preview } from 'vite';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    siteUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await build({ logLevel: 'warn' });
  const server = await preview({ preview: { host: '127.0.0.1', port: 0, strictPort: false }, logLevel: 'warn' });
  const url = server.resolvedUrls?.local[0];
  if (url === undefined) throw new Error('The built site could not be served');
  project.provide('siteUrl', url);
  return () => server.close();
}
