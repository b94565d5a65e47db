"""Writes the archives of archive_test.cc."""
import io
import pathlib
import tarfile
import zipfile

here = pathlib.Path(__file__).parent
files = {"metadata/part-00000": b'{"class":"x"}\n', "stages/" + "n" * 120 + "/data": b"z" * 5000}

for name, method in (("model.zip", zipfile.ZIP_DEFLATED), ("stored.zip", zipfile.ZIP_STORED)):
    with zipfile.ZipFile(here / name, "w", method) as archive:
        archive.writestr("metadata/", b"")
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0)), content, method)

for name, mode, form in (("gnu.tar", "w", tarfile.GNU_FORMAT), ("pax.tar", "w", tarfile.PAX_FORMAT),
                         ("model.tar.gz", "w:gz", tarfile.GNU_FORMAT)):
    with tarfile.open(here / name, mode, format=form) as archive:
        folder = tarfile.TarInfo("./metadata")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for path, content in files.items():
            info = tarfile.TarInfo("./" + path)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
