group "default" {
  targets = ["api", "jobs"]
}

target "api" {
  dockerfile = "docker/app.Dockerfile"
  target     = "api"
}

target "jobs" {
  dockerfile = "docker/app.Dockerfile"
  target     = "jobs"
}
