@echo off
rem Runs the clickstream command; builds it first where the build is not current.
setlocal
where dotnet >nul 2>nul
if errorlevel 1 (
  echo error: dotnet was not found on PATH; install the .NET 10 SDK: https://dotnet.microsoft.com/download/dotnet/10.0 >&2
  exit /b 4
)
set "root=%~dp0"
set "program=%root%artifacts\bin\Clickstream.Cli\release\Clickstream.Cli.dll"
set "stamp=%root%artifacts\clickstream.stamp"
set "build="
if not exist "%program%" set "build=first use"
if not exist "%stamp%" set "build=first use"
if not defined build (
  powershell -NoProfile -Command "$stamp = (Get-Item '%stamp%').LastWriteTimeUtc; $sources = Get-ChildItem '%root%Clickstream.*', '%root%*' -Recurse -Depth 6 -File -Include *.cs, *.csproj, *.props, *.sql | Where-Object { $_.FullName -notmatch '\\(artifacts|Clickstream\.(Tests|Benchmarks))\\' -and $_.LastWriteTimeUtc -gt $stamp }; exit [int](@($sources).Count -gt 0)"
  if errorlevel 1 set "build=sources have changed"
)
if defined build (
  echo Building Clickstream ^(%build%^) ... >&2
  dotnet msbuild "%root%Clickstream.sln" -t:FindAspire -v:q -nologo -nodeReuse:false >&2
  if errorlevel 1 (
    echo error: Clickstream could not be built; see above >&2
    exit /b 70
  )
  dotnet build "%root%Clickstream.Cli\Clickstream.Cli.csproj" -c Release -v q -nologo -nodeReuse:false >&2
  if errorlevel 1 (
    echo error: Clickstream could not be built; see above >&2
    exit /b 70
  )
  type nul > "%stamp%"
)
dotnet "%program%" %*
exit /b %errorlevel%
