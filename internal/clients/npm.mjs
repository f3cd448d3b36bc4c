// Writes npm to standard output, as a .tgz. Debian has npm only with 300 other packages.
import {createHash} from 'node:crypto';

const address = 'https://registry.npmjs.org/npm/-/npm-10.9.4.tgz';
const integrity = 'sha512-OnUG836FwboQIbqtefDNlyR0gTHzIfwRfE3DuiNewBvnMnWEpB0VEXwBlFVgqpNzIgYo/MHh3d2Hel/pszapAA==';

const response = await fetch(address);
if (!response.ok) throw new Error(`${address}: status ${response.status}`);
const content = Buffer.from(await response.arrayBuffer());
const sum = 'sha512-' + createHash('sha512').update(content).digest('base64');
if (sum !== integrity) throw new Error(`${address}: ${sum}, not ${integrity}`);
process.stdout.write(content);
