import { expect } from "vitest";
import { onCases } from "./property.ts";
import { record } from "./record.ts";

// Loaded before each test file when figures are recorded: notes how many cases each property ran.
onCases.notify = (cases) => {
  const { testPath = "", currentTestName = "" } = expect.getState();
  const file = testPath.replace(/\\/g, "/").replace(/^.*\/test\//, "test/");
  record(`cases: ${file} > ${currentTestName}`, cases);
};
