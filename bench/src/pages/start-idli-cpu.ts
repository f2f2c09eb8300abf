/** Start-up page: IDLI on the CPU alone. */
import { idli } from '../contestants/idli.js';
import { start } from './start.js';

start(idli({ id: 'idli-cpu', name: 'IDLI cpu', backend: 'cpu' }));
