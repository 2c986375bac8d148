resource "aws_iam_role" "cut" {
  name = "cut"
  assume_role_policy = jsonencode({
