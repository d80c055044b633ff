// Prints the features of an HTML file that some mail client does not fully support, one per line.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [folder, file] = process.argv.slice(2);
const { caniemail } = await import(pathToFileURL(`${folder}/dist/index.js`));

// For Thunderbird, there is data for macOS only.
const clients = ['gmail.*', 'outlook.*', 'apple-mail.*', 'thunderbird.macos'];
const { issues } = caniemail({ clients, html: readFileSync(file, 'utf8') });
const titles = new Set();
for (const found of [issues.errors, issues.warnings]) {
  for (const list of found.values()) {
    list.forEach((issue) => titles.add(issue.title));
  }
}

console.log([...titles].sort().join('\n'));
