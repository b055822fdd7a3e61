#!/usr/bin/env bash
# Brings up a Ceph RADOS Gateway on the loopback, in memory: a second S3 to hold ours against.
#   eval "$(scripts/ceph-up.sh FOLDER [PORT])"   exports AWS_ENDPOINT_URL_S3 and credentials
#   kill $(cat FOLDER/*.pid)                      ends it
# Needs Debian's packages radosgw, ceph-mon and ceph-osd.
set -euo pipefail

folder=$(mkdir -p "$1" && cd "$1" && pwd)
port=${2:-7480}
mkdir "$folder/mon" "$folder/osd"
cluster=$(cat /proc/sys/kernel/random/uuid)
# An OSD comes up only if the monitor has an address of both protocol versions.
monitor='[v2:127.0.0.1:26789,v1:127.0.0.1:26790]'

cat >"$folder/ceph.conf" <<CONF
[global]
fsid = $cluster
mon_host = $monitor
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
osd_objectstore = memstore
memstore_device_bytes = 4294967296
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 500
run_dir = $folder
log_file = $folder/\$name.log
admin_socket = $folder/\$name.asok
rgw_frontends = beast endpoint=127.0.0.1:$port
rgw_crypt_require_ssl = false
rgw_run_sync_thread = false
[mon.a]
mon_data = $folder/mon
[osd.0]
osd_data = $folder/osd
CONF

log=$folder/setup.log
with_conf() { local command=$1; shift; "$command" -c "$folder/ceph.conf" "$@"; }
start() { # NAME COMMAND...
  local name=$1; shift
  nohup "$@" >"$folder/$name.out" 2>&1 </dev/null &
  echo $! >"$folder/$name.pid"
}
wait_for() { # SECONDS COMMAND...
  local end=$((SECONDS + $1)); shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || { echo "gave up on: $* (see $folder)" >&2; exit 1; }
    sleep 0.2
  done
}
osd_is_up() { with_conf ceph osd stat 2>/dev/null | grep -q '1 up'; }

{
  monmaptool --create --fsid "$cluster" --addv a "$monitor" "$folder/monmap"
  with_conf ceph-mon -i a --mkfs --monmap "$folder/monmap"
  start mon ceph-mon -c "$folder/ceph.conf" -i a -f
  wait_for 30 timeout 5 ceph -c "$folder/ceph.conf" -s

  osd=$(cat /proc/sys/kernel/random/uuid)
  with_conf ceph osd new "$osd"
  with_conf ceph-osd -i 0 --mkfs --osd-uuid "$osd"
  start osd ceph-osd -c "$folder/ceph.conf" -i 0 -f
  wait_for 60 osd_is_up

  with_conf radosgw-admin user create --uid=tests --display-name=tests --access-key=cephkey --secret-key=cephsecret
  # Its default mode for this connection loops when authentication is off.
  start rgw radosgw -c "$folder/ceph.conf" -n client.rgw --ms_mon_client_mode=crc -f
  wait_for 60 curl -s -o /dev/null "http://127.0.0.1:$port/"
} >"$log" 2>&1 || { tail -n 20 "$log" >&2; exit 1; }

echo "export AWS_ENDPOINT_URL_S3=http://127.0.0.1:$port"
echo "export AWS_ACCESS_KEY_ID=cephkey AWS_SECRET_ACCESS_KEY=cephsecret AWS_REGION=us-east-1"
