#!/usr/bin/env bash
# Proves the Slurm templates on a real slurmctld and three real slurmd on this machine: grades a class as a job array, takes
# one node away in mid-run, and compares the merged gradebook with that of one machine.
#
#   apt-get install slurmctld slurmd slurm-client munge
#   cargo build --release && GRADE=target/release/grade tests/slurm/prove.sh
#
# As root. Everything is in a folder of its own; nothing of an installed cluster is touched.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
program=$(realpath "${GRADE:-$root/target/release/grade}")
work=$(mktemp -d /tmp/grade-slurm-XXXXXX)
chmod 755 "$work"
export SLURM_CONF=$work/slurm.conf
pids=()
finish() {
  scancel --state=PENDING,RUNNING --user="$(id -un)" 2>/dev/null || true
  sleep 1
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  [ -n "${KEEP:-}" ] || rm -rf "$work"
}
trap finish EXIT
say() { echo "== $*"; }

# The class: every solution and every wrong submission of assignment 1.
mkdir -p "$work/bin" "$work/class"
ln -s "$program" "$work/bin/grade"
export PATH="$work/bin:$PATH" GRADE_CACHE=${GRADE_CACHE:-$work/cache}
for folder in "$root"/assignments/01-bank-race/{solutions,wrong}/*/; do
  mkdir -p "$work/class/$(basename "$folder")"
  cp -r "$folder" "$work/class/$(basename "$folder")/bank-race"
done
say "$(ls "$work/class" | wc -l) submissions; first on one machine"
grade batch "$work/class" --course "$root" --budget quick --out "$work/single" > "$work/single.log"

# A cluster of three nodes.
dd if=/dev/urandom of="$work/munge.key" bs=1024 count=1 status=none
chmod 400 "$work/munge.key"
mkdir -m 755 "$work/munge"
munged --key-file="$work/munge.key" --socket="$work/munge/socket" --pid-file="$work/munge/pid" \
  --log-file="$work/munge/log" --seed-file="$work/munge/seed" --force --foreground 2>> "$work/munge/log" &
pids+=($!)
mkdir -p "$work/state" "$work/spool" "$work/log"
cat > "$SLURM_CONF" <<CONF
ClusterName=prove
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=17000
SlurmUser=$(id -un)
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$work/munge/socket
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool/%n
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd-%n.pid
SlurmctldLogFile=$work/log/slurmctld
SlurmdLogFile=$work/log/slurmd-%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=2
SlurmdTimeout=10
InactiveLimit=0
KillWait=5
MinJobAge=3600
JobRequeue=1
ReturnToService=1
MailProg=/bin/true
SlurmdParameters=config_overrides
NodeName=n1 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=17001 CPUs=2 RealMemory=4000
NodeName=n2 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=17002 CPUs=2 RealMemory=4000
NodeName=n3 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=17003 CPUs=2 RealMemory=4000
PartitionName=all Nodes=n[1-3] Default=YES MaxTime=INFINITE State=UP
CONF
sleep 1
slurmctld -D 2> "$work/log/slurmctld.err" &
pids+=($!)
declare -A node
for n in n1 n2 n3; do
  mkdir -p "$work/spool/$n"
  slurmd -D -N "$n" 2> "$work/log/$n.err" &
  node[$n]=$!
  pids+=($!)
done
for ((i = 0; i < 60; i++)); do
  [ "$(sinfo --noheader --format=%T --states=idle -N 2>/dev/null | wc -l)" = 3 ] && break
  sleep 1
done
sinfo
say "the array"
CLASS=$work/class COURSE=$root OUT=$work/out PARTS=6 GRADE_ARGS="--budget quick" "$root/templates/slurm/submit.sh"

# When a part on n2 has announced its first result, the node is lost: its daemon and all of its jobs.
lost=""
for ((i = 0; i < 600; i++)); do
  for part in $(squeue --noheader --states=RUNNING --nodelist=n2 --name=grade --format=%a%K 2>/dev/null | sed 's/.*[^0-9]//'); do
    if grep -qs "01-bank-race" "$work/out/grade-$part.log"; then lost=$part; break 2; fi
  done
  sleep 0.2
done
[ -n "$lost" ] || { say "no part ran on n2"; squeue; exit 1; }
say "n2 is lost while it grades part $lost, after: $(grep -c 01-bank-race "$work/out/grade-$lost.log") results"
kill -9 "${node[n2]}"
# A lost machine takes its processes with it: the steps' keepers and what they started.
for environ in /proc/[0-9]*/environ; do
  pid=${environ#/proc/}
  pid=${pid%/environ}
  own=$({ tr '\0' '\n' < "$environ" | grep -cxE "SLURMD_NODENAME=n2|SLURM_CONF=$SLURM_CONF"; } 2>/dev/null || true)
  if [ "$own" = 2 ]; then
    keeper=$(awk '/^PPid:/ { print $2 }' "/proc/$pid/status" 2>/dev/null || true)
    if [ -n "$keeper" ] && grep -qs slurmstepd "/proc/$keeper/comm"; then kill -9 "$keeper" 2>/dev/null || true; fi
    kill -9 "$pid" 2>/dev/null || true
  fi
done

for ((i = 0; i < 600; i++)); do
  [ -z "$(squeue --noheader)" ] && break
  sleep 1
done
sinfo
say "part $lost: $(grep -c 'submissions\?:' "$work/out/grade-$lost.log" || true) end, restarts: $(scontrol show job --oneliner | grep -o 'Restarts=[1-9]' | wc -l)"
cat "$work/out/grade-merge.log"
scontrol show job --oneliner | grep -o 'Restarts=[0-9]*' | sort | uniq -c
twice=$(cat "$work"/out/grade-[0-9]*.log | grep 01-bank-race | grep -v known | awk '{ print $1 }' | sort | uniq -d)
[ -z "$twice" ] || { say "graded twice: $twice"; exit 1; }
scontrol show job --oneliner | grep -q 'Restarts=[1-9]' || { say "no part was started again"; exit 1; }
cmp "$work/single/gradebook.json" "$work/out/grades/gradebook.json"
cmp "$work/single/gradebook.csv" "$work/out/grades/gradebook.csv"
say "the merged gradebook is that of one machine, byte for byte"
