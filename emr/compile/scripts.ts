import { cgroupFolder } from './configurations.ts'
import { gpuDiscoveryScript } from './executorSettings.ts'

/** Port of a Connect server of Spark 3.5, which listens everywhere and asks nobody who they are. */
export const connectPort = 15002

/** Tells Spark which GPUs a machine has: https://spark.apache.org/docs/3.5.6/configuration.html#custom-resource-scheduling-and-configuration-overview */
export const gpuDiscovery = `#!/bin/bash
set -euo pipefail
addresses=$(nvidia-smi --query-gpu=index --format=csv,noheader | sed 's/.*/"&"/' | paste -sd, -)
printf '{"name": "gpu", "addresses": [%s]}\\n' "$addresses"
`

/** Below it, by its hash, what `imagehub emr bundle --cuda` uploaded. */
export const cudaFolder = '/mnt/imagehub/cuda'

/** Scripts that a cluster runs, by name. They take their arguments as they are: nothing of a job is ever part of their text. */
export const scripts = {
  /** The step: fetches the bundle once, checks it, and becomes the driver. */
  step: `#!/bin/bash
# step.sh BUNDLE SHA256 PLAN SHA256 RUN
set -euo pipefail
bundle=$1 bundle_sha256=$2 plan=$3 plan_sha256=$4 run=$5
root=\${IMAGEHUB_EMR_ROOT:-}/mnt/imagehub
folder=$root/$bundle_sha256
mkdir -p "$root"
check() { echo "$1  $2" | sha256sum --check --status || { echo "imagehub: bundle_damaged: $3 is not what was uploaded: imagehub emr bundle" >&2; exit 3; }; }
if [ ! -x "$folder/bin/node" ]; then
  work=$(mktemp -d "$root/fetch.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  aws s3 cp --only-show-errors "$bundle" "$work/bundle.tar.gz"
  check "$bundle_sha256" "$work/bundle.tar.gz" "$bundle"
  mkdir "$work/bundle"
  tar -xzf "$work/bundle.tar.gz" -C "$work/bundle"
  # Another step may have been first.
  mv -T "$work/bundle" "$folder" 2>/dev/null || [ -x "$folder/bin/node" ]
  rm -rf "$work"
fi
aws s3 cp --only-show-errors "$plan" plan.json
check "$plan_sha256" plan.json "$plan"
exec "$folder/bin/node" "$folder/driver.mjs" plan.json "$run"
`,
  /** Fetches CUDA, mounts what YARN isolates GPUs by, tells Spark of GPUs, and writes down what driver there is. */
  gpu: `#!/bin/bash
# gpu.sh [CUDA SHA256]
set -euo pipefail
root=\${IMAGEHUB_EMR_ROOT:-}
if ! command -v nvidia-smi > /dev/null; then
  # The primary machine may have no GPU.
  grep -q '"isMaster": *true' "$root/mnt/var/lib/info/instance.json" && exit 0
  echo "imagehub: gpu_missing: this worker has no NVIDIA driver" >&2
  exit 4
fi
nvidia-smi --query-gpu=index,name,driver_version,memory.total --format=csv
if [ $# -eq 2 ]; then
  folder=$root${cudaFolder}/$2
  sudo mkdir -p "$folder"
  sudo chown "$(id -u)" "$folder"
  aws s3 cp --only-show-errors "$1" "$folder/cuda.tar.gz"
  echo "$2  $folder/cuda.tar.gz" | sha256sum --check --status || { echo "imagehub: bundle_damaged: $1 is not what was uploaded: imagehub emr bundle --cuda" >&2; exit 3; }
  tar -xzf "$folder/cuda.tar.gz" -C "$folder"
  rm "$folder/cuda.tar.gz"
fi
if ! mountpoint -q ${cgroupFolder}/devices; then
  sudo mkdir -p ${cgroupFolder}/devices
  sudo mount -t cgroup -o devices cgroupv1-devices ${cgroupFolder}/devices
  sudo chmod a+rwx -R ${cgroupFolder}
fi
sudo tee "$root${gpuDiscoveryScript}" > /dev/null <<'SCRIPT'
${gpuDiscovery}SCRIPT
sudo chmod 755 "$root${gpuDiscoveryScript}"
`,
  /** Closes the port of a Connect server to all other machines. */
  firewall: `#!/bin/bash
set -euo pipefail
for tables in iptables ip6tables; do
  command -v $tables > /dev/null || sudo dnf install -y -q iptables-nft
  sudo $tables -C INPUT -p tcp --dport ${connectPort} ! -i lo -j DROP 2> /dev/null ||
    sudo $tables -I INPUT -p tcp --dport ${connectPort} ! -i lo -j DROP
done
`,
} as const satisfies Record<string, string>

export type ScriptName = keyof typeof scripts
