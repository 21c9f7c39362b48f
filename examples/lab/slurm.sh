#!/bin/sh
# A sweep of pymalloc lab as a Slurm job array:  sbatch --array=1-8 --exclusive slurm.sh traces/*.atr.gz
# then:  npx pymalloc lab merge shard-*.json --html report.html
# The shard is SLURM_ARRAY_TASK_ID of SLURM_ARRAY_TASK_COUNT, which the command reads by itself.
#SBATCH --cpus-per-task=2
#SBATCH --mem=6G
exec npx --yes pymalloc lab "$@" --rounds 10 --quiet --json "shard-$SLURM_ARRAY_TASK_ID.json"
