// Unpacks Chromium and the system libraries it brings into TMPDIR, and prints where the program is.
import chromium from '@sparticuz/chromium';

console.log(await chromium.executablePath());
