// Checks messages against an AsyncAPI document: from stdin {"document": …, "messages": [{"name": "ChunkProduced", "payload": …}]}. A member that the document does not
// have is a fault, too. Prints how many there were of each; anything wrong goes to stderr and is the exit code.
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';

const { document, messages } = JSON.parse(readFileSync(0, 'utf8'));
for (const schema of Object.values(document.components.schemas)) {
    if (schema.properties) schema.additionalProperties = false;
}

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema({ $id: 'document', components: document.components });
const validators = Object.fromEntries(Object.entries(document.components.messages).map(([name, message]) =>
    [name, ajv.compile(JSON.parse(JSON.stringify(message.payload).replaceAll('"#/', '"document#/')))]));

const counts = {};
const faults = [];
for (const { name, payload } of messages) {
    const valid = validators[name];
    counts[name] = (counts[name] ?? 0) + 1;
    if (!valid) faults.push(`${name} is not in the document`);
    else if (!valid(payload)) faults.push(`${name}: ${ajv.errorsText(valid.errors)}: ${JSON.stringify(payload)}`);
}

for (const [name, count] of Object.entries(counts)) console.log(`${name} ${count}`);
for (const fault of faults) console.error(fault);
process.exit(faults.length === 0 ? 0 : 1);
