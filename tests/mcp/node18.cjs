// What the servers' libraries expect to be there, and Node.js 18, the one that Debian 12 has, does not set.
globalThis.crypto ??= require("node:crypto").webcrypto;
globalThis.File ??= require("node:buffer").File;
