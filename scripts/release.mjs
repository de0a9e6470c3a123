// node scripts/release.mjs TAG OWNER/REPOSITORY: fails unless the tag, package.json and CHANGELOG.md say the same.
import { readFileSync } from "node:fs";

const [tag = "", repository = ""] = process.argv.slice(2);
const read = (name) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
const { version, repository: own } = JSON.parse(read("package.json"));

const faults = [
  tag !== `v${version}` && `the tag ${tag} is not v${version}, the version of package.json`,
  !read("CHANGELOG.md").includes(`\n## ${version} - `) &&
    `CHANGELOG.md has no section "## ${version} - <date>"`,
  own.url !== `git+https://github.com/${repository}.git` &&
    `package.json names the repository ${own.url}, and this one is ${repository}: its links would lead elsewhere`,
].filter(Boolean);
for (const fault of faults) console.error(`release: ${fault}`);
process.exitCode = faults.length > 0 ? 1 : 0;
