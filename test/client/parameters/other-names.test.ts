import { namesInJulia, namesInR } from '../../../client/src/parameters/other-names';

test.each([
  ['lr <- 0.1\nn = 3L', ['lr', 'n']],
  ['lr.max <<- 1; .n <- 2', ['lr.max', '.n']],
  ['# a = 1\ntext <- "b <- 1 # c"\nd <- \'e\'', ['text', 'd']],
  ['`odd name` <- 1', ['odd name']],
  ['r <- r"(x = 1 ")"\nn <- 2', ['r', 'n']],
  ['x <- c(a = 1, b = 2)\nx == 3', ['x']],
])('R: %j assigns %j', (source, names) => {
  const found = namesInR(source);
  expect({ names: found.assigned, isSure: found.isSure }).toEqual({ names, isSure: true });
});

test.each([
  ['lr = 0.1\nconst n = 3', ['lr', 'n']],
  ['lr::Float64 = 0.1; α = 2', ['lr', 'α']],
  ['# a = 1\n#= b = 1\n=#\ntext = "c = 1 \\" # d"\ne = """f = 1"""', ['text', 'e']],
  ["t = A'\nc = 'x'\nd = 1", ['t', 'c', 'd']],
  ['x == 1\ny != 2\nf(a) = a', []],
])('Julia: %j assigns %j', (source, names) => {
  const found = namesInJulia(source);
  expect({ names: found.assigned, isSure: found.isSure }).toEqual({ names, isSure: true });
});

test('an assignment to several names, from the left or within a call is never called missing', () => {
  expect([...namesInR('5 -> a\nf(b <- 1)').others]).toEqual(expect.arrayContaining(['a', 'b']));
  expect([...namesInJulia('a, b = 1, 2').others]).toEqual(expect.arrayContaining(['a', 'b']));
});

test.each([
  [namesInR, 'source("defaults.R")'],
  [namesInR, 'assign("lr", 1)'],
  [namesInJulia, 'include("defaults.jl")'],
  [namesInJulia, '@eval $name = 1'],
])('%p: %j may assign more than can be seen', (namesIn, source) => {
  expect(namesIn(source).isSure).toBe(false);
});
