/**
 * Example runs to start from: `idli init`. Texts with comments, each of them a whole run that trains; where one reads
 * files, they are named in its first lines.
 */

export const EXAMPLE_KINDS = ['synthetic', 'csv', 'mnist', 'article'] as const;
export type ExampleKind = (typeof EXAMPLE_KINDS)[number];

/**
 * An example run as a document with comments, with a line feed at its end.
 * @param kind `synthetic` (the default) needs no file: it draws its points; `csv` reads a table, `mnist` pictures;
 *   `article` is the tutorial's run, with its four rows in the document
 */
export function exampleRun(kind: ExampleKind = 'synthetic'): string {
  return EXAMPLES[kind];
}

const SYNTHETIC = `// Two spirals that a straight line cannot part. Train it with: idli train run.json
{
  "data": {
    "synthetic": "spirals",  // points that are drawn, no file is needed
    "samples": 500,          // how many
    "noise": 0.1,            // how far they are scattered around their spiral
    "seed": 3,               // the same points each time
    "validationSplit": 0.2   // a fifth is measured after each epoch and never trained on
  },
  "model": {
    "seed": 1,               // of the first weights and of the shuffle: the same run each time
    "layers": [
      { "units": 32, "activation": "relu" },
      { "units": 32, "activation": "relu" },
      { "units": 2, "activation": "softmax" }  // one output for each class, its probability
    ]
  },
  "training": {
    "loss": "sparseCategoricalCrossentropy",   // for targets that are class numbers
    "optimizer": { "name": "adam", "learningRate": 0.01 },
    "epochs": 100,           // how often all points are gone through
    "batchSize": 32,         // points for each update of the weights
    "metrics": ["accuracy", "confusionMatrix"],
    "earlyStopping": { "patience": 20, "restoreBestWeights": true }  // stop when val_loss falls no more
  }
}
`;

const CSV = `// A table whose column "species" is to be told from all others. Put iris.csv beside this file, or change the names.
{
  "data": {
    "csv": "iris.csv",       // the first line names the columns; the path is relative to this file
    "target": "species",     // texts become classes, in the order of the alphabet
    "normalize": "standard", // mean 0 and deviation 1, measured on the rows that are trained on
    "validationSplit": 0.2   // a fifth is measured after each epoch and never trained on
  },
  "model": {
    "seed": 1,               // of the first weights, of dropout and of the shuffle: the same run each time
    "layers": [
      { "units": 16, "activation": "relu" },
      { "type": "dropout", "rate": 0.1 },      // in training, a tenth of the values is set to 0
      { "units": 3, "activation": "softmax" }  // one output for each class, its probability
    ]
  },
  "training": {
    "loss": "sparseCategoricalCrossentropy",   // for a number instead of a class: "meanSquaredError"
    "optimizer": { "name": "adam", "learningRate": 0.01 },
    "epochs": 60,            // how often all rows are gone through
    "batchSize": 16,         // rows for each update of the weights
    "metrics": ["accuracy", "confusionMatrix"],
    "earlyStopping": { "patience": 10, "restoreBestWeights": true }  // stop when val_loss falls no more
  }
}
`;

const MNIST = `// Handwritten digits, 28 x 28 pixels. Put the two files of MNIST, packed or not, beside this one.
{
  "data": {
    "idx": {
      "images": "train-images-idx3-ubyte.gz",
      "labels": "train-labels-idx1-ubyte.gz"
    },
    "limit": 8000,           // the first so many pictures; leave it out for all 60,000
    "validationSplit": 0.1   // a tenth is measured after each epoch and never trained on
  },
  "model": {
    "seed": 1,               // of the first weights and of the shuffle: the same run each time
    "layers": [
      { "units": 128, "activation": "relu", "kernelInitializer": "heNormal" },
      { "units": 10, "activation": "softmax" } // one output for each digit, its probability
    ]
  },
  "training": {
    "loss": "sparseCategoricalCrossentropy",   // for targets that are class numbers
    "optimizer": { "name": "adam", "learningRate": 0.001 },
    "epochs": 5,             // how often all pictures are gone through
    "batchSize": 128,        // pictures for each update of the weights
    "metrics": ["accuracy", "confusionMatrix"]
  }
}
`;

const ARTICLE = `// The tutorial's run: a 3-4-1 network learns from four rows. The built-in run "article" is the same.
{
  "data": {
    "x": [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]],  // a row for each example, a number for each input
    "y": [[0], [0], [1], [1]]                           // as many rows, a number for each output
  },
  "model": {
    "seed": 1,               // of the first weights, drawn as numpy.random.seed(1) draws them
    "layers": [
      { "units": 4, "activation": "sigmoid", "useBias": false,
        "kernelInitializer": { "name": "randomUniform", "minval": -1, "maxval": 1 } },
      { "units": 1, "activation": "sigmoid", "useBias": false,
        "kernelInitializer": { "name": "randomUniform", "minval": -1, "maxval": 1 } }
    ]
  },
  "training": {
    "loss": "halfSumSquaredError",             // half the sum of (prediction - target) squared
    "optimizer": { "name": "sgd", "learningRate": 1 },
    "epochs": 50             // all four rows make one batch, so an epoch is one update
  }
}
`;

const EXAMPLES: Readonly<Record<ExampleKind, string>> = {
  synthetic: SYNTHETIC,
  csv: CSV,
  mnist: MNIST,
  article: ARTICLE,
};
