// Checks an AsyncAPI document (from stdin): the parser finds no fault in it, and each message's examples are what the message's schema says.
// Prints one line for each example; anything wrong goes to stderr and is the exit code.
import { readFileSync } from 'node:fs';
import { Parser } from '@asyncapi/parser';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';

const text = readFileSync(0, 'utf8');
const { document, diagnostics } = await new Parser().parse(text);
const faults = diagnostics.filter(one => one.severity <= 1).map(one => `${one.path.join('.')}: ${one.message}`);

const source = JSON.parse(text);
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema({ $id: 'document', components: source.components });
for (const [name, message] of Object.entries(source.components.messages)) {
    const schema = JSON.parse(JSON.stringify(message.payload).replaceAll('"#/', '"document#/'));
    const valid = ajv.compile(schema);
    if (!message.examples?.length) faults.push(`${name} has no example`);
    for (const example of message.examples ?? []) {
        if (valid(example.payload)) console.log(`${name} ok`);
        else faults.push(`${name}: ${ajv.errorsText(valid.errors)}`);
    }
}

if (document) console.log(`${document.operations().length} operations`);
for (const fault of faults) console.error(fault);
process.exit(faults.length === 0 && document ? 0 : 1);
